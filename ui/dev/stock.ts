// Deliveries, losses and counts on the made-up till.
import type { GoodsAct } from '../src/lib/bindings/GoodsAct';
import type { GoodsCard } from '../src/lib/bindings/GoodsCard';
import type { GoodsEntry } from '../src/lib/bindings/GoodsEntry';
import type { AskShortage } from '../src/lib/bindings/AskShortage';
import type { GoodsView } from '../src/lib/bindings/GoodsView';
import type { ShortageView } from '../src/lib/bindings/ShortageView';
import { type Answers, NOW, refuse } from './answers';
import type { MadeUpOrders } from './orders';
import { madeUpId, type MadeUpProduct, PRODUCTS } from './products';

const PLACES = [{ location: madeUpId(13, 1), name: 'North barn' }];

export function stockAnswers(orders: MadeUpOrders) {
  let entries: GoodsEntry[] = [];
  const view = (): GoodsView => ({ location: 'Market hall', places: PLACES, entries, copyAt: NOW });
  const find = (variant: string) => PRODUCTS.find((each) => each.variant === variant) ?? missing();

  function enter(entry: string, act: GoodsAct, variant: string, change: Partial<GoodsEntry>): GoodsView {
    if (entries.some((each) => each.entry === entry)) return view();
    const { name, unit } = find(variant);
    const known = {
      announced: null,
      to: null,
      why: null,
      difference: null,
      sent: false,
      undone: false,
      canUndo: true,
    };
    const quantity = 0;
    entries = [
      { entry, at: NOW, by: 'Cass', act, variant, name, unit, quantity, ...known, ...change },
      ...entries,
    ];
    return view();
  }

  return {
    goods_get: view,
    goods_look: ({ code, variant }) => {
      const product = PRODUCTS.find(
        (each) => each.variant === variant || each.barcode === code || each.code === code,
      );
      if (!product) throw refuse('code_unknown', { code: { kind: 'text', value: code ?? '' } });
      return cardOf(product);
    },
    goods_receive: ({ action, variant, came, announced, reference }) =>
      enter(action, 'delivery', variant, { quantity: came, announced, why: reference }),
    goods_take_out: ({ action, variant, quantity, to, why }) => {
      if (to.kind !== 'location') return enter(action, to.kind, variant, { quantity, why });
      const place = PLACES.find(({ location }) => location === to.location)!;
      return enter(action, 'transfer', variant, { quantity, to: place.name });
    },
    goods_count: ({ action, variant, figure }) => enter(action, 'count', variant, { quantity: figure }),
    shortage_preview: (asked) => shortage(orders, asked),
    shortage_settle: ({ order }) => ({ order, total: 800, due: -160 }),
    goods_undo: ({ entry }) => {
      entries = entries.map((each) =>
        each.entry === entry ? { ...each, undone: true, canUndo: false } : each,
      );
      return view();
    },
  } satisfies Partial<Answers>;
}

function missing(): never {
  throw refuse('not_found');
}

function cardOf({ variant, name, code, unit, available, category }: MadeUpProduct): GoodsCard {
  const onHand = available ?? 0;
  return { variant, name, code, unit, onHand, reserved: onHand && 3000, keepsStock: category !== 'Home' };
}

/** Who has paid gets all of it while there is any. */
function shortage(orders: MadeUpOrders, { variant, came, rule }: AskShortage): ShortageView {
  const at = PRODUCTS.findIndex((product) => product.variant === variant);
  const { name, unit } = PRODUCTS[at]!;
  const waiting = orders.all.flatMap(({ card, goods }) =>
    goods
      .filter(([product]) => product === at)
      .map(([, wanted]) => ({ card, wanted, paid: card.payment === 'paid' })),
  );
  if (rule === 'paid_first') waiting.sort((one, other) => Number(other.paid) - Number(one.paid));
  let left = came;
  const shares = waiting.map(({ card, wanted, paid }) => {
    const gets = Math.min(left, wanted);
    left -= gets;
    return {
      order: card.order,
      line: `${card.order}-line`,
      number: card.number,
      customer: card.customer,
      paid,
      wanted,
      gets,
      missing: wanted - gets,
      totalAfter: card.total,
      dueAfter: paid ? -160 : card.due,
      remedies: [...(paid ? (['credit'] as const) : []), 'takeOff' as const, 'substitute' as const],
    };
  });
  const wanted = waiting.reduce((all, each) => all + each.wanted, 0);
  return { variant, name, unit, wanted, came, shares, inBoxes: ['O-1022'] };
}
