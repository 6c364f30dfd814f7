// What frames every screen, in English.
export const app = {
  name: 'Comptoir',
  practice: 'Practice',
  loading: 'One moment',
  back: 'Back',
  close: 'Close',
  language: 'Language',
  theme: 'Light and dark',
  themeAuto: 'As the system',
  themeLight: 'Light',
  themeDark: 'Dark',
  textSize: 'Text size',
  reason: 'Reason',
  note: 'Note (optional)',
  approveTitle: 'A manager can allow it here',
  approvePin: 'Manager’s PIN',
  approve: 'Allow',
};

export const top = {
  till: (code: string) => `Till ${code}`,
  signOut: 'Sign out',
  status: 'Status',
  help: 'Keys',
  closeShift: 'Close the shift',
  menu: 'More',
};

export const server = {
  alone: 'Works alone',
  never: 'Server not reached yet',
  online: 'Online',
  offline: 'Offline',
  refused: 'Server refuses this till',
  unsent: (count: string, one: boolean) => (one ? '1 unsent' : `${count} unsent`),
};

export const printer = {
  missing: 'No printer',
  ready: 'Printer ready',
  printing: 'Printing',
  paperLow: 'Paper is low',
  paperOut: 'Out of paper',
  coverOpen: 'Cover open',
  unreachable: 'Printer not reached',
  fault: 'Printer fault',
  waiting: (count: string, one: boolean) => (one ? '1 slip waits' : `${count} slips wait`),
};

export const database = {
  healthy: 'In order',
  spaceLow: 'Little space left',
  backupDue: 'No second copy',
};

export const clock = { off: (seconds: string) => `Clock is ${seconds} s off` };

export const stopped = {
  title: 'The till cannot store, so it does not sell',
  retries: 'It tries again by itself. Nothing that was shown as done is lost.',
};

export const help = {
  title: 'Keys',
  digits: 'Digits',
  digitsText: 'then scan or product: its quantity · after a line: its quantity · when paying: cash given',
  letters: 'Letters',
  lettersText: 'search at once; Enter takes the first hit',
  scan: 'Scan',
  scanText: 'works everywhere, whatever is on the screen',
};

export const shortcuts = {
  pay: 'Pay; apply the digits; exact cash when paying',
  cashExact: 'Exact cash, at once',
  note1: 'Cash: the smallest of the notes shown',
  note2: 'Cash: the middle one',
  note3: 'Cash: the largest one',
  card: 'Card',
  find: 'Find a product or type a code',
  undo: 'Undo the last step',
  more: 'One more',
  less: 'One less',
  remove: 'Remove the line',
  lineUp: 'Line above',
  lineDown: 'Line below',
  discount: 'Discount',
  park: 'Park or save; recall when there is no order',
  orders: 'Orders that wait',
  tick: 'Tick the line',
  allThere: 'All there',
  onlyTicked: 'Hand over only what is ticked',
  payAhead: 'Pay ahead; the order waits on',
  forgive: 'Forgive the small rest',
  groupNext: 'Next order collected together',
  groupBefore: 'Order before it',
  fetchedBy: 'Who fetches it',
  takeOver: 'Take over what another till has open',
  place: 'Order by phone',
  note: 'Note on the order',
  returns: 'Goods come back',
  lastSale: 'Last sale',
  print: 'Print the receipt',
  drawer: 'Drawer and cash',
  stock: 'Stock and deliveries',
  problems: 'Problems',
  status: 'Status',
  signOut: 'Sign out',
  closeShift: 'Close the shift',
  back: 'Back; clear the digits',
  help: 'This page',
};

export const offers = {
  search: 'Search by name',
  syncNow: 'Check the server',
  openStatus: 'Details',
};
