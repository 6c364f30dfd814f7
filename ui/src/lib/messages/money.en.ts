// Money at the counter, in English.
export const tenders = {
  cash: 'Cash',
  cardTerminal: 'Card',
  cardStandAlone: 'Card',
  cheque: 'Cheque',
  transfer: 'Transfer',
  mealVoucher: 'Meal voucher',
  localCurrency: 'Local currency',
  onAccount: 'On account',
  credit: 'Credit',
  voucher: 'Voucher',
  online: 'Online payment',
};

export const pay = {
  label: 'Payment',
  pay: 'Pay',
  exact: 'Exact',
  cash: 'Cash',
  card: 'Card',
  cashGiven: 'Cash given',
  rounded: (amount: string) => `In cash ${amount}`,
  taken: 'Taken',
  takeBack: (name: string) => `Take back ${name}`,
  terminal: (amount: string) => `Terminal shows ${amount}?`,
  approved: 'Approved',
  refused: 'Refused',
  reference: 'Reference',
  referenceOptional: 'Reference (optional)',
  take: (amount: string) => `Take ${amount}`,
  otherTenders: 'Other ways to pay',
  more: 'More',
  hand: 'Hand over',
  quick: 'Notes',
};

export const done = {
  change: 'Change',
  noChange: 'Paid',
  given: (amount: string) => `of ${amount} given`,
  total: 'Total',
  receipt: 'Receipt',
  print: 'Print the receipt',
  printCopy: 'Print a copy',
  queued: 'The slip waits for the printer',
  printed: 'Printed',
  givenBackOnline: (amount: string) => `${amount} goes back online as soon as the server is reached.`,
  forgiven: 'Forgiven',
  next: 'The next scan is the next order.',
};

export const last = {
  title: 'Last sale',
  none: 'No sale yet',
  change: (amount: string) => `change ${amount}`,
  correct: 'Paid differently? It was:',
  cannotCorrect: 'Its shift is closed; the tender stays as it is.',
};

export const drawer = {
  title: 'Drawer and cash',
  openDrawer: 'Open the drawer',
  move: 'Move cash',
  from: 'From',
  to: 'To',
  amount: 'Amount',
  record: 'Record it',
  thisTill: 'This drawer',
  otherTill: 'Other till',
  safe: 'Safe',
  bank: 'Bank',
  outside: 'Paid out or in',
};
