// Money over the made-up till's counter.
import type { DenominationCount } from '../src/lib/bindings/DenominationCount';
import type { TenderButton } from '../src/lib/bindings/TenderButton';
import { type Answers, refuse, sum } from './answers';
import type { MadeUpCounter } from './counter';
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
];

export function moneyAnswers(counter: MadeUpCounter) {
  return {
    pay_add: ({ tender: by, amount, tendered }) => {
      const order = counter.order();
      if (!order) throw refuse('order_empty');
      if (tendered !== null && tendered < order.due)
        throw refuse('tendered_too_small', { due: { kind: 'money', value: order.due } });
      counter.takeMoney(by, amount ?? order.due, tendered);
    },
    pay_undo: ({ payment }) => counter.takeBack(payment),
    pay_give_back: ({ tender: by, amount, approval }) => {
      if (!approval && by === 'cheque') throw refuse('approval_needed');
      counter.takeMoney(by, -(amount ?? counter.order()!.pay.toGiveBack), null);
    },
    cash_change: ({ tendered }) => ({ change: Math.max(0, tendered - (counter.order()?.due ?? 0)) }),
    cash_sum: ({ denominations }) => ({ total: cashSum(denominations) }),
    receipt_print: () => counter.printed(),
    tender_correct: ({ tender: by }) => counter.correct(by),
    drawer_open: () => {},
    cash_move: () => {},
  } satisfies Partial<Answers>;
}

function cashSum(denominations: DenominationCount[]): number {
  const known = new Set(DENOMINATIONS.map(({ value }) => value));
  return sum(denominations.filter(({ value }) => known.has(value)).map(({ value, count }) => value * count));
}
