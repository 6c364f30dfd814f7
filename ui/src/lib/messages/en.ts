// English. The shape of this object is the list of everything that the pages can say; every other
// language has exactly the same (see index.ts).
import { codes } from './codes.en';
import { desks } from './desks.en';
import { app, clock, database, help, offers, printer, server, shortcuts, stopped, top } from './frame.en';
import { done, drawer, last, pay, tenders } from './money.en';
import { orders, placed } from './orders.en';
import { problems } from './problems.en';
import { discard, discount, finder, keypad, order, parked, price, reasons } from './sell.en';
import { firstLoad, practice, setup, signIn } from './setup.en';
import { bridge, counters, shift, z } from './shift.en';
import { entryKinds, importing, status } from './status.en';
import { shortage, stock } from './stock.en';
import { back, fetching, group, phoning } from './together.en';

export const en = {
  app,
  top,
  server,
  printer,
  database,
  clock,
  setup,
  practice,
  firstLoad,
  signIn,
  shift,
  z,
  bridge,
  counters,
  tenders,
  finder,
  order,
  keypad,
  orders,
  placed,
  group,
  fetching,
  back,
  phoning,
  stock,
  shortage,
  problems,
  pay,
  done,
  last,
  parked,
  desks,
  discount,
  price,
  discard,
  drawer,
  reasons,
  status,
  importing,
  entryKinds,
  stopped,
  help,
  shortcuts,
  offers,
  codes,
};
