// Le français.
import type { Messages } from './index';
import { codes } from './codes.fr';
import { desks } from './desks.fr';
import { app, clock, database, help, offers, printer, server, shortcuts, stopped, top } from './frame.fr';
import { done, drawer, last, pay, tenders } from './money.fr';
import { orders, placed } from './orders.fr';
import { problems } from './problems.fr';
import { discard, discount, finder, keypad, order, parked, price, reasons } from './sell.fr';
import { firstLoad, practice, setup, signIn } from './setup.fr';
import { bridge, counters, shift, z } from './shift.fr';
import { entryKinds, importing, status } from './status.fr';
import { shortage, stock } from './stock.fr';
import { back, fetching, group, phoning } from './together.fr';

export const fr: Messages = {
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
