// From the first run to the sign-in, in English.
export const setup = {
  welcome: 'Good day.',
  welcomeText: 'Two questions, and you can sell.',
  whatFor: 'What would you like to do?',
  open: 'Open for real',
  openText: 'Sales count, are numbered and kept.',
  practise: 'Practise',
  practiseText: 'A made-up shop with goods in it. Every screen and slip is marked, nothing counts.',
  howToWork: 'How should this till work?',
  pair: 'Join a server',
  pairText:
    'With the address and the one-time code from your hub’s office. Products and staff come from there.',
  alone: 'On its own',
  aloneText: 'No server needed. It can join one later and brings its sales along.',
  address: 'Server address',
  addressHint: 'For example till.greenhub.org or 192.168.1.20:8443',
  code: 'One-time code',
  codeHint: 'Type it, or scan it from the office’s screen',
  join: 'Join',
  joining: 'Joining the server',
  hubTitle: 'Your shop',
  hubName: 'Name of the shop or hub',
  locationName: 'Where this till stands',
  country: 'Country',
  currency: (code: string) => `Prices in ${code}`,
  timeZone: 'Time zone',
  legal: 'For the receipt: address, registration, tax number',
  tillCode: 'Till code',
  tillCodeHint: 'One to four letters or digits, part of every number this till prints',
  managerName: 'Your name, as manager',
  managerPin: 'PIN, four to eight digits',
  sample: 'Begin with the sample assortment',
  start: 'Open the till',
  startPractice: 'Begin to practise',
  notReal: (country: string) =>
    `In ${country} the law asks for more than this version can do. It can be practised here, not used for real.`,
  taxIncluded: 'Prices include tax',
  taxExcluded: 'Tax is added to prices',
};

export const practice = {
  title: 'Practice',
  off: {
    state: 'This till counts',
    text: 'Practise with your own products and people. It has a journal of its own and marks every screen and slip; this till stays exactly as it is and waits.',
    turn: 'Practise',
  },
  beforeOpening: {
    state: 'Nothing here counts',
    text: 'Open for real: the practice is put aside and never mixed in. The first run’s questions come again, and sales are numbered from 1. A manager does this.',
    turn: 'Open for real',
  },
  besideReal: {
    state: 'Nothing here counts',
    text: 'The real till waits as you left it, with its order and its drawer. The practice is put aside and never mixed in.',
    turn: 'Back to the real till',
  },
};

export const firstLoad = {
  title: 'Fetching products and staff',
  from: (server: string) => `from ${server}`,
  progress: (loaded: string, total: string) => `${loaded} of ${total}`,
  started: (loaded: string) => `${loaded} so far`,
  indexing: 'Preparing the search',
  resumes: 'If the line breaks, it goes on where it stopped.',
};

export const signIn = {
  title: 'Who is at the till?',
  pinFor: (name: string) => `PIN of ${name}`,
  enter: 'Sign in',
  manager: 'Manager',
  cashier: 'Cashier',
  slowed: (time: string) => `Too many wrong PINs. Again at ${time}.`,
  shiftOpen: 'A shift is open.',
  nobody: 'Nobody is allowed at this till yet.',
  digit: 'PIN digits entered',
};
