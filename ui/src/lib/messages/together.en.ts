// Orders that are collected together, goods that come back, orders by phone, in English.
export const group = {
  label: 'Collected together',
  count: (count: string) => `${count} together`,
  shelf: 'From the shelf',
  returns: 'comes back',
  leave: (name: string) => `Take ${name} out again`,
  toPay: 'Together to pay',
  toGiveBack: 'Together to give back',
  settled: 'All settled',
  thisOne: 'This order',
  spoken: (name: string, figure: string) => `${name}, ${figure}`,
};

export const fetching = {
  by: 'Fetched by',
  byName: (name: string) => `Fetched by ${name}`,
  title: 'Who fetches it?',
  text: 'A neighbour, a friend: the name goes on the record and is no account.',
  name: 'Name',
  take: 'Note the name',
  none: 'The customer',
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
  hint: 'Choose what comes back, or scan what is taken instead',
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
