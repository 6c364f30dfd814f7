import type { Approval } from '../../lib/bindings/Approval';
import type { HandOverWhat } from '../../lib/bindings/HandOverWhat';
import type { Money } from '../../lib/bindings/Money';
import type { PayView } from '../../lib/bindings/PayView';
import type { TenderButton } from '../../lib/bindings/TenderButton';
import { newActionId } from '../../lib/ids';
import type { Counter } from './counter.svelte';
import type { Approvable } from './panel';

/** A second Enter this soon after the first is the same press of a bouncing key. */
const BOUNCE_MS = 250;

/** What is taken while a payment is confirmed beside the keypad. */
interface Taken {
  /** None: all that is due. */
  amount: Money | null;
  /** Cash that was handed over; none: exactly the amount. */
  tendered: Money | null;
  reference?: string | null;
}

type Send = (approval: Approval | null) => Promise<boolean>;

/** Money over the counter: by what it can be paid or given back, and what goes over the counter for it. */
export class Payment {
  #goes = $state<HandOverWhat>('everything');
  readonly #counter: Counter;
  #opened = 0;

  readonly view: PayView | null = $derived.by(() => this.#counter.order?.pay ?? null);
  /** What can go over the counter once it is paid. */
  readonly choices: HandOverWhat[] = $derived.by(() => {
    const { order, placed } = this.#counter;
    // Orders that are collected together go whole.
    if (!order || !placed.view || placed.isClosed || placed.group) return ['everything'];
    return [
      'everything',
      ...(order.pay.ticked ? (['ticked'] as const) : []),
      ...(order.due > 0 ? (['nothing'] as const) : []),
    ];
  });
  /** What goes over the counter once it is paid. */
  readonly goes: HandOverWhat = $derived.by(() =>
    this.choices.includes(this.#goes) ? this.#goes : 'everything',
  );
  /** What is to be paid for that. */
  readonly due: { due: Money; cashDue: Money; quickCash: PayView['quickCash'] } = $derived.by(() => {
    const { order } = this.#counter;
    if (this.goes === 'ticked' && order?.pay.ticked) return order.pay.ticked;
    return {
      due: order?.due ?? 0,
      cashDue: order?.pay.cashDue ?? 0,
      quickCash: order?.pay.quickCash ?? [],
    };
  });
  readonly cash = $derived.by(() => this.view?.tenders.find((tender) => tender.kind === 'cash'));
  readonly card = $derived.by(() => this.view?.tenders.find(isCard));
  /** Every other way but cash and the card that has its own key. */
  readonly others = $derived.by(
    () => this.view?.tenders.filter((tender) => tender.kind !== 'cash' && tender !== this.card) ?? [],
  );
  /** The notes that have a button, each always in its own column. */
  readonly notes = $derived.by(() => this.due.quickCash.filter(({ exact }) => !exact));

  constructor(counter: Counter) {
    this.#counter = counter;
  }

  /** Says what goes over the counter, and asks for the money of that. */
  choose(goes: HandOverWhat): void {
    if (!this.choices.includes(goes)) return;
    this.#goes = goes;
    this.#counter.placed.goOn();
    if (this.#counter.placed.figure === 'toPay') this.open();
  }

  /** Everything goes again. */
  reset(): void {
    this.#goes = 'everything';
  }

  /** Opens the payment. */
  open(): void {
    this.#counter.mode = 'pay';
    this.#opened = performance.now();
    this.#counter.close();
  }

  /** Enter while paying; whoever has typed an amount in between means it, however quick. */
  enter(): void {
    const { digits } = this.#counter;
    if (digits || performance.now() - this.#opened > BOUNCE_MS) this.typed();
  }

  /** Takes cash: what was handed over, or exactly what is due. */
  exact(tendered: Money | null = null): void {
    const { figure } = this.#counter.placed;
    if (figure === 'settled') this.#counter.placed.conclude();
    else if (this.cash && figure === 'toGiveBack') this.giveBack(this.cash);
    else if (this.cash && this.#canPay()) this.#take(this.cash, { amount: null, tendered });
  }

  /** Pays with the note in this column of buttons, where it is enough. */
  note(column: number): void {
    const note = this.notes[column];
    if (note?.usable) this.exact(note.amount);
  }

  /** Takes a tender for the amount typed, or for all that is due. */
  by(tender: TenderButton): void {
    const { figure } = this.#counter.placed;
    if (figure === 'toGiveBack') return this.giveBack(tender);
    if (!this.#canPay() || figure === 'settled') return;
    this.#counter.placed.whenSeen(() => this.#by(tender));
  }

  #by(tender: TenderButton): void {
    const amount = this.#typedAmount() ?? this.#partOf(tender);
    this.#counter.mode = 'pay';
    if (tender.kind === 'cash') this.typed();
    else if (tender.kind === 'cardStandAlone') this.#counter.panel = { kind: 'terminal', tender, amount };
    else if (tender.wantsReference) this.#counter.panel = { kind: 'reference', tender, amount };
    else this.#take(tender, { amount, tendered: null });
  }

  /** The terminal said yes, or the reference was typed. */
  confirmed(tender: TenderButton, amount: Money | null, reference: string | null): void {
    this.#take(tender, { amount, tendered: null, reference });
  }

  /** What is typed, by the usual tender; all of it where nothing is. */
  typed(): void {
    const { meaning, placed } = this.#counter;
    if (meaning.kind === 'unreadable') return;
    const usual = this.view?.tenders[0];
    if (placed.figure === 'toGiveBack') {
      if (usual) this.giveBack(usual);
    } else if (meaning.kind === 'partCash' && this.cash) {
      this.#take(this.cash, { amount: meaning.amount, tendered: null });
    } else this.exact(meaning.kind === 'cash' ? meaning.tendered : null);
  }

  /** Gives back what was typed, or all that is to be given back. */
  giveBack(tender: TenderButton): void {
    const { paying, meaning, placed } = this.#counter;
    const typed = paying && meaning.kind === 'giveBack' ? meaning.amount : null;
    placed.whenSeen(() => void this.#giveBack(tender, typed ?? tender.available));
  }

  /** Lets the customer off the small rest. */
  forgive(): void {
    if (!this.view?.forgivable) return;
    const request = { action: newActionId(), goes: this.#goesOver() };
    this.#counter.placed.whenSeen(() => void this.#counter.do('pay_forgive', request));
  }

  takeBack(payment: string): void {
    void this.#counter.do('pay_undo', { action: newActionId(), payment });
  }

  /** What will come back of cash that is typed. */
  changeOf(tendered: Money) {
    return { tendered, goes: this.#goesOver() };
  }

  #canPay(): boolean {
    return this.#counter.hasLines || this.#counter.placed.figure === 'toPay';
  }

  #typedAmount(): Money | null {
    const { meaning, paying } = this.#counter;
    if (!paying) return null;
    return meaning.kind === 'cash' ? meaning.tendered : meaning.kind === 'partCash' ? meaning.amount : null;
  }

  /** Of a balance that does not cover what is due, all of it; the rest is paid otherwise. */
  #partOf({ kind, available }: TenderButton): Money | null {
    const isBalance = kind === 'credit' || kind === 'voucher';
    return isBalance && available !== null && available < this.due.due ? available : null;
  }

  /** What goes over the counter; for a sale of the shelf it is not asked. */
  #goesOver(): HandOverWhat | null {
    return this.#counter.placed.view ? this.goes : null;
  }

  #take(tender: TenderButton, { amount, tendered, reference = null }: Taken): void {
    this.#counter.digits = '';
    const action = newActionId();
    const goes = this.#goesOver();
    const request = { action, tender: tender.tender, amount, tendered, reference, confirmed: false, goes };
    const send: Send = (approval) => this.#counter.do('pay_add', { ...request, approval });
    this.#counter.placed.whenSeen(() => void this.#allowed({ does: 'take', tender, amount }, send));
  }

  async #giveBack(tender: TenderButton, amount: Money | null): Promise<void> {
    this.#counter.digits = '';
    const request = { action: newActionId(), tender: tender.tender, amount };
    const send: Send = (approval) => this.#counter.do('pay_give_back', { ...request, approval });
    await this.#allowed({ does: 'giveBack', tender, amount }, send);
  }

  /** Does it; where the till wants a manager's word, that is asked for in place. */
  async #allowed(what: Omit<Approvable, 'again'>, send: Send): Promise<void> {
    if ((await send(null)) || !this.#counter.needsApproval) return;
    this.#counter.panel = { kind: 'approve', about: { ...what, again: (approval) => void send(approval) } };
  }
}

export function isCard({ kind }: TenderButton): boolean {
  return kind === 'cardTerminal' || kind === 'cardStandAlone';
}
