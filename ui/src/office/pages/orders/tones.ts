import type { Fulfilment } from '../../../lib/bindings/office/Fulfilment';
import type { PaymentState } from '../../../lib/bindings/office/PaymentState';
import type { Tone } from '../../../kit/table';

export const FULFILMENT_TONES: Record<Fulfilment, Tone> = {
  draft: 'plain',
  parked: 'plain',
  placed: 'open',
  accepted: 'open',
  picked: 'open',
  ready: 'good',
  partly_collected: 'open',
  collected: 'plain',
  returned: 'plain',
  cancelled: 'bad',
  expired: 'bad',
};

export const PAYMENT_TONES: Record<PaymentState, Tone> = {
  unpaid: 'open',
  authorised: 'good',
  part_paid: 'open',
  paid: 'good',
  owed_to_customer: 'bad',
};
