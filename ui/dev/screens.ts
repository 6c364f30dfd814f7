// The made-up till's other screens.
import type { CloseShiftView } from '../src/lib/bindings/CloseShiftView';
import type { Denomination } from '../src/lib/bindings/Denomination';
import type { EntryStatus } from '../src/lib/bindings/EntryStatus';
import type { FirstLoadView } from '../src/lib/bindings/FirstLoadView';
import type { OpenPoints } from '../src/lib/bindings/OpenPoints';
import type { OpenShiftView } from '../src/lib/bindings/OpenShiftView';
import type { SetupView } from '../src/lib/bindings/SetupView';
import type { SignInView } from '../src/lib/bindings/SignInView';
import type { PracticeState } from '../src/lib/bindings/PracticeState';
import type { FileChoice } from '../src/lib/bindings/FileChoice';
import type { ImportReport } from '../src/lib/bindings/ImportReport';
import type { StatusView } from '../src/lib/bindings/StatusView';
import type { ZReportView } from '../src/lib/bindings/ZReportView';
import { madeUpId } from './products';

const HOUR = 3_600_000;

export const DENOMINATIONS: Denomination[] = [
  ...[10_000, 5000, 2000, 1000, 500].map((value) => ({ value, note: true })),
  ...[200, 100, 50, 20, 10, 5, 2, 1].map((value) => ({ value, note: false })),
];

const OPEN_POINTS: OpenPoints = {
  unsent: 14,
  printJobs: 2,
  parkedOrders: 1,
  paymentsToClarify: 0,
  orderInProgress: false,
};

export function setup(): SetupView {
  const country = (code: string, currency: string, realUse: boolean, pricesIncludeTax = true) => ({
    code,
    currency,
    realUse,
    pricesIncludeTax,
    timeZone: code === 'IE' ? 'Europe/Dublin' : 'Europe/Paris',
  });
  return {
    countries: [
      country('IE', 'EUR', true),
      country('FR', 'EUR', true),
      country('GB', 'GBP', true),
      country('BE', 'EUR', true),
      country('DE', 'EUR', false),
      country('US', 'USD', true, false),
    ],
    timeZone: 'Europe/Dublin',
    timeZones: ['Europe/Brussels', 'Europe/Dublin', 'Europe/London', 'Europe/Paris'],
    tillCode: 'A',
  };
}

export function firstLoad(): FirstLoadView {
  return { server: 'till.greenbasket.ie', loaded: 64_200, total: 100_000, indexing: false, waiting: null };
}

export function signIn(): SignInView {
  const names = ['Cass', 'Mary', 'Yusuf', 'Aoife', 'Bruno'];
  return {
    staff: names.map((name, index) => ({
      id: madeUpId(2, index + 1),
      name,
      role: name === 'Mary' ? 'manager' : 'cashier',
      slowedUntil: null,
    })),
    shiftOpen: false,
  };
}

export function openShift(now: number, fresh: boolean): OpenShiftView {
  return {
    expectedFloat: fresh ? 0 : 10_000,
    denominations: DENOMINATIONS,
    lastClosed: fresh ? null : { zNumber: 'Z-A-0041', at: now - 15 * HOUR, staff: 'Mary', notCounted: false },
  };
}

export function closeShift(now: number, counts: number): CloseShiftView {
  const counted = counts > 0;
  return {
    shift: madeUpId(7, 1),
    openedAt: now - 5 * HOUR,
    openedBy: 'Cass',
    saleCount: 63,
    turnover: 98_240,
    rows: [
      {
        tender: 'cash',
        kind: 'cash',
        name: null,
        expected: 61_335,
        counted: counted ? 61_300 : null,
        difference: counted ? -35 : null,
      },
      {
        tender: 'card',
        kind: 'cardStandAlone',
        name: null,
        expected: 44_405,
        counted: counted ? 44_405 : null,
        difference: counted ? 0 : null,
      },
      {
        tender: 'cheque',
        kind: 'cheque',
        name: null,
        expected: 2500,
        counted: counted ? 2500 : null,
        difference: counted ? 0 : null,
      },
    ],
    denominations: DENOMINATIONS,
    counts,
    difference: counted ? -35 : null,
    suggestedFloat: 10_000,
    restPlaces: [
      { place: 'safe', kind: 'safe', name: null },
      { place: 'bank', kind: 'bank', name: null },
    ],
    openPoints: OPEN_POINTS,
  };
}

export function zReport(now: number): ZReportView {
  return {
    shift: madeUpId(7, 1),
    number: 'Z-A-0042',
    openedAt: now - 5 * HOUR,
    openedBy: 'Cass',
    closedAt: now,
    closedBy: 'Mary',
    notCounted: false,
    saleCount: 63,
    turnoverByRate: [
      { rate: 5500, name: null, net: 84_550, tax: 4650, gross: 89_200 },
      { rate: 20_000, name: null, net: 7533, tax: 1507, gross: 9040 },
    ],
    turnover: { rate: null, name: null, net: 92_083, tax: 6157, gross: 98_240 },
    moneyByTender: [
      {
        tender: 'cash',
        kind: 'cash',
        name: null,
        amount: 51_335,
        expected: 61_335,
        counted: 61_300,
        difference: -35,
      },
      {
        tender: 'card',
        kind: 'cardStandAlone',
        name: null,
        amount: 44_405,
        expected: 44_405,
        counted: 44_405,
        difference: 0,
      },
      {
        tender: 'cheque',
        kind: 'cheque',
        name: null,
        amount: 2500,
        expected: 2500,
        counted: 2500,
        difference: 0,
      },
    ],
    moneyTotal: 98_240,
    bridge: [],
    bridgeRest: 0,
    drawer: {
      openingFloat: 10_000,
      sales: 51_335,
      movedIn: 0,
      movedOut: 0,
      expected: 61_335,
      counted: 61_300,
      difference: -35,
      left: 10_000,
    },
    counters: [
      { kind: 'linesRemoved', count: 7, amount: 2140 },
      { kind: 'ordersDiscarded', count: 1, amount: 860 },
      { kind: 'drawerOpenings', count: 2, amount: null },
      { kind: 'discounts', count: 4, amount: 310 },
    ],
    perpetualTurnover: 4_120_355,
    openPoints: OPEN_POINTS,
  };
}

export function status(now: number, server: string, practice: PracticeState): StatusView {
  const offline = server === 'offline';
  const kinds = ['sale', 'sale', 'sale', 'drawerOpened', 'sale', 'sale', 'cashMoved', 'shiftOpened'] as const;
  const entries = kinds.map((kind, index): EntryStatus => ({
    seq: 418 - index,
    kind,
    at: now - index * 240_000,
    number: kind === 'sale' ? `A-K7-${1047 - index}` : null,
    amount: kind === 'sale' ? 1350 + index * 215 : null,
    acknowledgedAt: offline && index < 3 ? null : now - index * 240_000 + 900,
    acceptNo: offline && index < 3 ? null : 10_418 - index,
  }));
  return {
    version: '0.1.0',
    tillId: madeUpId(8, 1),
    tillCode: 'A',
    epoch: '26K7',
    server: {
      state: server === 'alone' ? 'alone' : offline ? 'offline' : 'online',
      address: 'https://till.greenbasket.ie:8443',
      lastContact: now - 60_000,
      problem: offline ? 'server_unreachable' : null,
      nextTry: offline ? now + 30_000 : null,
      clockOffsetMs: 120,
    },
    entries,
    printer: {
      state: offline ? 'paperOut' : 'ready',
      target: { kind: 'network', host: '192.168.1.40', port: 9100 },
      paperMm: 80,
      automatic: false,
      drawer: true,
      jobs: offline ? 2 : 0,
      problem: null,
      ports: ['/dev/ttyUSB0'],
    },
    scanner: { port: null, connected: false, lastCode: '2000000000022', lastAt: now - 60_000 },
    database: {
      state: 'healthy',
      path: '/home/till/.local/share/comptoir',
      bytes: 48_300_000,
      freeBytes: 91_200_000_000,
      checkedAt: now - 5 * HOUR,
      backupPath: null,
      backupAt: null,
    },
    keyInKeyring: true,
    practice,
    now,
  };
}

export function catalogueFiles(now: number): FileChoice[] {
  const folder = '/home/till/Downloads';
  return [
    { path: `${folder}/price-list.csv`, name: 'price-list.csv', changedAt: now - HOUR },
    { path: `${folder}/broken.csv`, name: 'broken.csv', changedAt: now - 30 * HOUR },
  ];
}

export function importReport(path: string, dryRun: boolean): ImportReport {
  const isBroken = path.includes('broken');
  const text = { kind: 'text', value: 'cheap' } as const;
  return {
    done: !dryRun && !isBroken,
    rows: 148,
    added: 120,
    updated: 26,
    unchanged: isBroken ? 0 : 2,
    key: 'code',
    ignored: ['Shelf'],
    faults: isBroken
      ? [
          { line: 17, code: 'not_a_number', column: 'price', params: { text } },
          { line: 92, code: 'code_missing', column: null, params: {} },
        ]
      : [],
    faultCount: isBroken ? 2 : 0,
    warnings: [{ line: 40, code: 'stock_left', column: 'stock', params: {} }],
    warningCount: 1,
  };
}
