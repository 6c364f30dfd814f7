// Selling, in English.
export const finder = {
  label: 'Find products',
  placeholder: 'Name, code or category',
  favourites: 'Favourites',
  categories: 'Categories',
  clear: 'Clear the search',
  none: (text: string) => `Nothing found for “${text}”`,
  noneHint: 'Fewer letters find more.',
  more: 'There are more. Type on to narrow it down.',
  empty: 'No products yet. They come from the server, or from an import.',
  noPrice: 'No price',
  soldOut: 'None left',
  enterTakes: (name: string) => `Enter: ${name}`,
  enterCode: (code: string) => `Enter looks up the code ${code}`,
  perUnit: (unit: string) => `per ${unit}`,
};

export const order = {
  label: 'Order',
  ready: 'Ready',
  readyText: 'Scan, type or tap. The first product begins the order.',
  pieces: (count: string, one: boolean) => (one ? '1 piece' : `${count} pieces`),
  total: 'Total',
  toPay: 'To pay',
  subtotal: 'Before discount',
  discount: 'Discount',
  tax: 'Tax',
  regular: (price: string) => `instead of ${price}`,
  removed: 'removed',
  belowZero: 'More than the stock says',
  weightMissing: 'Weight?',
  priceChanged: 'Price matched',
  more: 'One more',
  less: 'One less',
  remove: 'Remove',
  price: 'Price',
  park: 'Park',
  recall: 'Recall',
  parkedCount: (count: string) => `Parked: ${count}`,
  discard: 'Discard',
  undo: 'Undo',
  spoken: (name: string, quantity: string, amount: string, total: string) =>
    `${name}, ${quantity}, ${amount}, total ${total}`,
  spokenTotal: (total: string) => `Total ${total}`,
  lines: 'Lines of the order',
};

export const keypad = {
  label: 'Keypad',
  backspace: 'Delete a digit',
  code: 'Code',
  separator: 'Decimal separator',
  hintQuantity: (quantity: string, line: string) => `Enter: ${line} × ${quantity}`,
  hintNext: (quantity: string) => `or scan: ${quantity} of the next product`,
  hintNextOnly: (quantity: string) => `${quantity} of the next product`,
  hintCode: (code: string) => `Enter: look up code ${code}`,
  hintCash: (amount: string) => `Enter: ${amount} cash given`,
  hintPart: (amount: string) => `Enter: ${amount} cash as a part`,
  hintPay: 'Enter: pay',
  hintExact: (amount: string) => `Enter: exactly ${amount} in cash`,
  hintIdle: 'Digits, then scan: a quantity',
  hintUnreadable: 'This is no number',
  confirm: 'Press Enter again to confirm',
  really: 'Really so much?',
  digit: (digit: string) => `Digit ${digit}`,
};

export const parked = {
  title: 'Parked orders',
  lines: (count: string, one: boolean) => (one ? '1 line' : `${count} lines`),
};

export const discount = {
  title: 'Discount',
  forLine: (name: string) => `on ${name}`,
  forOrder: 'on the whole order',
  line: 'This line',
  order: 'Whole order',
  percent: 'Per cent',
  amount: 'Amount',
  takeAway: 'No discount',
  give: 'Give the discount',
  chooseReason: 'Why?',
};

export const price = {
  title: 'Match a shelf price',
  newPrice: (unit: string) => `Price ${unit}`,
  piece: 'for one',
  give: 'Set the price',
};

export const discard = {
  title: 'Discard this order?',
  text: 'It stays on record with its lines.',
  now: 'Discard the order',
  keep: 'Keep it',
};

export const reasons = {
  damaged: 'Damaged',
  short_dated: 'Short date',
  goodwill: 'Goodwill',
  staff: 'Staff',
  volunteer: 'Volunteer',
  price_match: 'Shelf price',
  change_money: 'Change money',
  check: 'Check',
  paid_out: 'Paid out',
  delivery: 'Delivery',
  wrong: 'Wrong goods',
  unwanted: 'Not wanted',
  other: 'Other',
} as Record<string, string>;
