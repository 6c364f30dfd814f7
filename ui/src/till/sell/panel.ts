import type { Approval } from '../../lib/bindings/Approval';
import type { LineId } from '../../lib/bindings/LineId';
import type { Money } from '../../lib/bindings/Money';
import type { ProductCard } from '../../lib/bindings/ProductCard';
import type { Quantity } from '../../lib/bindings/Quantity';
import type { TenderButton } from '../../lib/bindings/TenderButton';
import type { Unit } from '../../lib/bindings/Unit';
import type { ApiError } from '../../lib/bindings/ApiError';
import type { Param } from '../../lib/bindings/Param';

/** What the zone of the keypad shows. */
export type Panel =
  | { kind: 'keypad' }
  | { kind: 'terminal'; tender: TenderButton; amount: Money | null }
  | { kind: 'reference'; tender: TenderButton; amount: Money | null }
  | { kind: 'discount'; line: LineId | null }
  | { kind: 'price'; line: LineId }
  | { kind: 'lastSale' }
  | { kind: 'parked' }
  | { kind: 'tenders' }
  | { kind: 'drawer' }
  | { kind: 'fate'; line: LineId }
  | { kind: 'weigh'; line: LineId }
  | { kind: 'substitute'; line: LineId; product: OtherProduct | null }
  | { kind: 'approve'; about: Approvable }
  | { kind: 'returnLine'; line: LineId; quantity: Quantity | null }
  | { kind: 'return' }
  | { kind: 'fetchedBy' }
  | { kind: 'note' }
  | { kind: 'place' }
  | { kind: 'discard' };

/** Goods that go in place of others; their price is not known where they were scanned. */
export type OtherProduct = Pick<ProductCard, 'variant' | 'name' | 'detail' | 'unit' | 'price'>;

/** What a manager can allow in place: taking or giving money by a tender. */
export interface Approvable {
  does: 'take' | 'giveBack';
  tender: TenderButton;
  /** None: all of it. */
  amount: Money | null;
  again: (approval: Approval) => void;
}

export const KEYPAD: Panel = { kind: 'keypad' };

/** What is unusually much, and does itself again with a second Enter. */
export interface Confirm {
  much: { kind: 'quantity'; quantity: Quantity; unit: Unit } | { kind: 'cash'; amount: Money };
  again: () => void;
}

/** What a refusal finds unusually much, if that is why it refuses. */
export function muchOf({ code, params }: ApiError, unit: Unit): Confirm['much'] | null {
  const { quantity, amount } = params as { [name in string]?: Param };
  if (code === 'quantity_unusual' && quantity?.kind === 'quantity') {
    return { kind: 'quantity', quantity: quantity.value, unit };
  }
  if (code === 'tendered_unusual' && amount?.kind === 'money') return { kind: 'cash', amount: amount.value };
  return null;
}
