// Orders that are collected together, goods that come back, orders by phone, in English.
export const group = {
  toPay: 'Together to pay',
  toGiveBack: 'Together to give back',
  settled: 'All settled',
  thisOne: 'This order',
};

export const fetching = {
  byName: (name: string) => `Fetched by ${name}`,
};

export const back = {
  title: 'Goods come back',
  text: 'Scan the receipt, or type its number.',
  ofLastSale: (number: string) => `Of the last sale, ${number}`,
  number: 'Receipt or order number',
  open: 'Open it',
  line: 'Comes back',
  titleOf: (name: string) => `${name} comes back`,
  kept: (quantity: string) => `The customer has ${quantity}.`,
  quantity: 'How much',
  fate: 'Where does it go?',
  why: 'Why does it come back?',
  nothing: 'Nothing of it comes back',
  conclude: 'Take back',
  comes: (quantity: string) => `${quantity} comes back`,
  take: (name: string) => `Take back ${name}`,
  taken: (name: string, quantity: string) => `${quantity} of ${name} comes back`,
  hint: 'Choose what comes back',
  hintQuantity: (quantity: string, name: string) => `Enter: ${quantity} of ${name} comes back`,
  figure: 'Comes back',
};

export const phoning = {
  open: 'Order for …',
  title: 'Order by phone',
  text: 'Held back for the slot, paid when it is fetched.',
  who: 'Name or telephone',
  isNew: (text: string) => `New: ${text}`,
  another: 'Somebody else',
  name: 'Name',
  phone: 'Telephone',
  email: 'E-mail (or the telephone)',
  slot: 'When and where it is fetched',
  place: 'Place the order',
};
