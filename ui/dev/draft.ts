// The made-up till's order in progress, and what it comes to.
import type { LineView } from '../src/lib/bindings/LineView';
import type { OrderView } from '../src/lib/bindings/OrderView';
import type { PayView } from '../src/lib/bindings/PayView';
import type { Settlement } from '../src/lib/bindings/Settlement';
import type { TakenPayment } from '../src/lib/bindings/TakenPayment';
import type { TickedPay } from '../src/lib/bindings/TickedPay';
import { sum } from './answers';
import { checked, kept } from './lines';
import { quickCash, tendersFor } from './money';
import type { MadeUpOrders, Opened } from './orders';

export type Draft = {
  id: string;
  lines: LineView[];
  last: string | null;
  taken: TakenPayment[];
  discount: number;
  forgiven: number;
  opened: Opened | null;
};

const FORGIVEN_MAX = 50;

/** What one order comes to. */
export function settlement({
  lines,
  taken,
  discount,
  forgiven,
  opened,
}: Draft): Settlement & { total: number } {
  const isCancelled = opened?.order.card.fulfilment === 'cancelled';
  const total = isCancelled ? 0 : worth(lines) + discount + (opened?.order.delivery ?? 0);
  const paid = sum(taken.map(({ amount }) => amount)) + (opened?.order.paid ?? 0);
  const open = total - paid - forgiven;
  const authorised = opened?.order.authorised ?? 0;
  const ordered = isCancelled ? 0 : (opened?.ordered ?? total);
  return {
    total,
    ordered,
    changed: total - ordered,
    paid,
    authorised,
    lapsed: opened?.order.lapsed ?? 0,
    forgiven,
    toSettle: open > 0 ? Math.max(0, open - authorised) : open,
  };
}

/** One order as the screen shows it, settled together with the others of its group. */
export function orderView(draft: Draft, group: Draft[], orders: MadeUpOrders): OrderView {
  const { opened } = draft;
  const lines = draft.lines.map((line) =>
    opened ? (opened.closed ? kept(line, opened) : checked(line, opened)) : line,
  );
  const { total, ...shown } = settlement(draft);
  const toSettle = sum(group.map((each) => settlement(each).toSettle));
  const due = Math.max(0, toSettle);
  const pieces = lines.map((line) => (line.removed ? 0 : line.unit === 'each' ? line.quantity / 1000 : 1));
  return {
    id: draft.id,
    lines,
    lastLine: draft.last,
    subtotal: worth(draft.lines),
    discount: draft.discount,
    tax: Math.round((total * 55) / 1055),
    total,
    due,
    pieceCount: sum(pieces),
    canUndo: false,
    pay: pay(draft, group, toSettle),
    placed: opened ? orders.placed(opened, lines, shown) : null,
    group:
      group.length > 1
        ? {
            orders: group.map((each) => ({
              order: each.id,
              number: each.opened?.order.card.number ?? null,
              customer: each.opened?.order.card.customer ?? null,
              shown: each === draft,
              toSettle: settlement(each).toSettle,
              ...progress(each),
              returns: sum(Object.values(each.opened?.back ?? {}).map(({ quantity }) => quantity)) > 0,
            })),
            toSettle,
          }
        : null,
  };
}

function pay(draft: Draft, group: Draft[], toSettle: number): PayView {
  const due = Math.max(0, toSettle);
  return {
    cashDue: due,
    rounding: null,
    tenders: tendersFor(draft, toSettle),
    toGiveBack: Math.max(0, -toSettle),
    quickCash: quickCash(due),
    taken: group.flatMap(({ taken }) => taken),
    ticked: ticked(draft),
    forgivable: due <= FORGIVEN_MAX ? due : 0,
  };
}

function ticked(draft: Draft): TickedPay | null {
  const { opened } = draft;
  if (!opened || opened.closed) return null;
  const lines = draft.lines.map((line) => checked(line, opened)).filter(({ check }) => check);
  const seen = lines.filter(({ check }) => check?.complete);
  if (seen.length === 0 || seen.length === lines.length) return null;
  const due = Math.max(0, worth(seen) - settlement(draft).paid);
  return { due, cashDue: due, quickCash: quickCash(due) };
}

function progress({ lines, opened }: Draft) {
  if (!opened || opened.closed) return { toCheck: 0, checked: 0 };
  const checks = lines.flatMap((line) => checked(line, opened).check ?? []);
  return { toCheck: checks.length, checked: checks.filter(({ complete }) => complete).length };
}

/** What lines come to with their charges. */
export function worth(lines: LineView[]): number {
  return sum(
    lines.flatMap((line) =>
      line.removed
        ? []
        : [
            line.amount,
            ...line.charges.map(({ amount }) => amount),
            -Math.round(((line.back?.back ?? 0) * line.unitPrice) / 1000),
          ],
    ),
  );
}
