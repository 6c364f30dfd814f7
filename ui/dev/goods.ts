// What the made-up till answers while goods are put on an order, taken off and looked for.
import { type Answers, refuse, sum } from './answers';
import type { MadeUpCounter } from './counter';
import { pictureOf, PRODUCTS } from './products';

const UNUSUAL = 99_000;

export function goodsAnswers(counter: MadeUpCounter) {
  return {
    order_scan: ({ code, quantity, confirmed }) => {
      const product = PRODUCTS.find((each) => each.barcode === code || each.code === code);
      const waiting = counter.orders.find(code);
      counter.notices = [];
      if (waiting) return counter.open(waiting);
      if (!product) return counter.unknown(code);
      unusual(quantity, confirmed);
      counter.add(product, quantity ?? 1000);
    },
    order_add_variant: ({ variant, quantity, confirmed }) => {
      const product = PRODUCTS.find((each) => each.variant === variant);
      if (!product) throw refuse('not_found');
      unusual(quantity, confirmed);
      counter.add(product, quantity ?? 1000);
    },
    order_step_quantity: ({ line, delta }) => counter.change(line, (each) => each.quantity + delta),
    order_set_quantity: ({ line, quantity, confirmed }) => {
      unusual(quantity, confirmed);
      counter.change(line, () => quantity);
    },
    order_remove_line: ({ line }) => counter.change(line, () => 0),
    order_undo: () => counter.undo(),
    order_discount: ({ discount, approval }) => {
      if (!approval && discount?.kind === 'percent' && discount.value > 20_000)
        throw refuse('approval_needed');
      counter.remember();
      const whole = sum(counter.draft.lines.map((line) => line.amount));
      counter.draft.discount =
        discount === null
          ? 0
          : discount.kind === 'amount'
            ? -discount.value
            : -Math.round((whole * discount.value) / 100_000);
    },
    order_override_price: ({ line, unitPrice }) => {
      counter.remember();
      const regularPrice = counter.draft.lines.find(({ id }) => id === line)!.unitPrice;
      counter.alter(({ id }) => id === line, { regularPrice, unitPrice, badges: ['priceChanged'] });
    },
    order_park: () => counter.park(),
    order_recall: ({ order }) => counter.recall(order),
    order_discard: () => counter.begin(),
    catalogue_get: () => ({
      categories: [...new Set(PRODUCTS.map(({ category }) => category!))].map((name) => ({
        id: name,
        name,
        colour: null,
        count: 3,
      })),
      favourites: PRODUCTS,
    }),
    category_products: ({ category }) => ({
      text: '',
      products: PRODUCTS.filter((product) => product.category === category),
      more: false,
    }),
    product_search: ({ text }) => ({
      text,
      products: PRODUCTS.filter(({ name, code, barcode }) =>
        `${name} ${code} ${barcode}`.toLowerCase().includes(text.toLowerCase()),
      ),
      more: false,
    }),
    picture_get: ({ picture }) => ({ mediaType: 'image/svg+xml', base64: btoa(pictureOf(picture)) }),
  } satisfies Partial<Answers>;
}

function unusual(quantity: number | null, confirmed: boolean): void {
  if (quantity !== null && quantity > UNUSUAL && !confirmed)
    throw refuse('quantity_unusual', { quantity: { kind: 'quantity', value: quantity } });
}
