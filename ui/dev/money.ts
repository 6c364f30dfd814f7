// Money over the made-up till's counter.
import type { DenominationCount } from '../src/lib/bindings/DenominationCount';
import type { HandOverWhat } from '../src/lib/bindings/HandOverWhat';
import type { TenderButton } from '../src/lib/bindings/TenderButton';
import { type Answers, refuse, sum } from './answers';
import type { MadeUpCounter } from './counter';
import type { Draft } from './draft';
import { DENOMINATIONS } from './screens';

const tender = (
  key: string,
  kind: TenderButton['kind'],
  change: Partial<TenderButton> = {},
): TenderButton => ({
  tender: key,
  kind,
  name: null,
  givesChange: false,
  wantsReference: false,
  available: null,
  ...change,
});

export const TENDERS: TenderButton[] = [
  tender('cash', 'cash', { givesChange: true }),
  tender('card', 'cardStandAlone'),
  tender('cheque', 'cheque', { wantsReference: true }),
  tender('account', 'onAccount'),
];

export const BACK: TenderButton[] = [
  tender('cash', 'cash', { givesChange: true }),
  tender('credit', 'credit'),
  tender('card', 'cardStandAlone'),
  tender('cheque', 'cheque'),
  tender('online', 'online'),
];

/** By what can be paid or given back; of a customer's order also by what the customer has. */
export function tendersFor({ opened }: Draft, toSettle: number): TenderButton[] {
  if (toSettle < 0)
    return BACK.filter(({ kind }) => kind !== 'online' || opened?.order.card.fulfilment === 'cancelled');
  if (!opened?.order.card.customer) return TENDERS;
  return [...TENDERS.slice(0, 2), tender('credit', 'credit', { available: 500 }), ...TENDERS.slice(2)];
}

export function quickCash(due: number) {
  if (due === 0) return [];
  const notes = [1000, 2000, 5000].map((amount) => ({ amount, exact: false, usable: amount >= due }));
  return [{ amount: due, exact: true, usable: true }, ...notes];
}

export function moneyAnswers(counter: MadeUpCounter) {
  return {
    pay_add: ({ tender: by, amount, tendered, goes, approval }) => {
      const due = dueFor(counter, goes);
      if (tendered !== null && tendered < due)
        throw refuse('tendered_too_small', { due: { kind: 'money', value: due } });
      if (by === 'account' && (amount ?? due) > 5000 && !approval) throw refuse('approval_needed');
      counter.takeMoney(by, amount ?? due, tendered, goes ?? 'everything');
    },
    pay_forgive: ({ goes }) => counter.forgive(goes ?? 'everything'),
    pay_undo: ({ payment }) => counter.takeBack(payment),
    pay_give_back: ({ tender: by, amount, approval }) => {
      if (!approval && by === 'cheque') throw refuse('approval_needed');
      counter.takeMoney(by, -(amount ?? counter.order()!.pay.toGiveBack), null, 'everything');
    },
    cash_change: ({ tendered, goes }) => ({ change: Math.max(0, tendered - dueFor(counter, goes)) }),
    cash_sum: ({ denominations }) => ({ total: cashSum(denominations) }),
    receipt_print: () => counter.printed(),
    tender_correct: ({ tender: by }) => counter.correct(by),
    drawer_open: () => {},
    cash_move: () => {},
  } satisfies Partial<Answers>;
}

function dueFor(counter: MadeUpCounter, goes: HandOverWhat | null | undefined): number {
  const order = counter.order();
  if (!order) throw refuse('order_empty');
  return goes === 'ticked' && order.pay.ticked ? order.pay.ticked.due : order.due;
}

function cashSum(denominations: DenominationCount[]): number {
  const known = new Set(DENOMINATIONS.map(({ value }) => value));
  return sum(denominations.filter(({ value }) => known.has(value)).map(({ value, count }) => value * count));
}
