// The lines of the made-up till's orders.
import type { LineView } from '../src/lib/bindings/LineView';
import type { Opened } from './orders';
import { madeUpId, type MadeUpProduct } from './products';

export function newLine(product: MadeUpProduct, quantity: number, id: string): LineView {
  const reduced = product.name === 'Sourdough loaf';
  return priced({
    id,
    variant: product.variant,
    name: product.name,
    detail: product.detail,
    quantity,
    unit: product.unit,
    unitPrice: reduced ? 380 : product.price!,
    regularPrice: reduced ? product.price : null,
    priceName: reduced ? 'Saturday bread' : null,
    amount: 0,
    discount: null,
    removed: false,
    badges: [
      ...(product.available === 0 ? (['belowZero'] as const) : []),
      ...(product.unit === 'kilogram' && quantity === 1000 ? (['weightMissing'] as const) : []),
    ],
    check: null,
    was: null,
    fromShelf: false,
    substitutes: null,
    back: null,
    charges: product.deposit
      ? [{ id: madeUpId(6, Number(id.slice(-6))), name: 'Bottle deposit', quantity, amount: product.deposit }]
      : [],
  });
}

export function priced(line: LineView): LineView {
  const charges = line.charges.map((charge) => ({
    ...charge,
    quantity: line.quantity,
    amount: (25 * line.quantity) / 1000,
  }));
  return { ...line, charges, amount: Math.round((line.unitPrice * line.quantity) / 1000) };
}

/** How far the line of an order that was placed before is seen. */
export function checked(line: LineView, { ticked }: Opened): LineView {
  if (line.removed) return line;
  const seen = line.fromShelf ? line.quantity : (ticked[line.id] ?? 0);
  return { ...line, check: { outstanding: line.quantity, ticked: seen, complete: seen >= line.quantity } };
}

/** What the customer holds of a line that was fetched, and what of it comes back. */
export function kept(line: LineView, { order, back }: Opened): LineView {
  if (order.card.fulfilment !== 'collected') return line;
  const comes = back[line.id];
  return {
    ...line,
    back: { kept: line.quantity, back: comes?.quantity ?? 0, fate: comes?.fate ?? null },
  };
}
