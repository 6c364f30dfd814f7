// A till that exists only in this page, to look at every screen and to test the pages without the core.
// It knows just enough of the trade to look real; the rules themselves live in Rust.
import type { HubView } from '../src/lib/bindings/HubView';
import type { Screen } from '../src/lib/bindings/Screen';
import type { StatusLine } from '../src/lib/bindings/StatusLine';
import type { TillEvent } from '../src/lib/bindings/TillEvent';
import type { TillView } from '../src/lib/bindings/TillView';
import type { Answer, Backend, CommandName, Request } from '../src/lib/backend/backend';
import { type Answers, NOW, refuse } from './answers';
import { MadeUpCounter } from './counter';
import { deskAnswers, MadeUpDesks, OPEN_THERE } from './desks';
import { goodsAnswers } from './goods';
import { moneyAnswers } from './money';
import { MadeUpOrders } from './orders';
import { MadeUpProblems } from './problems';
import { madeUpId, PRODUCTS } from './products';
import {
  catalogueFiles,
  closeShift,
  firstLoad,
  importReport,
  openShift,
  setup,
  signIn,
  status,
  zReport,
} from './screens';
import { stockAnswers } from './stock';
import { waitingAnswers } from './waiting';

export interface Wish {
  screen?: Screen['kind'];
  lines?: string;
  language?: string;
  shade?: string;
  server?: string;
  practice?: string;
  country?: string;
  /** A till that has never been open. */
  fresh?: string;
  /** How many orders wait. */
  orders?: string;
  /** The number of the one that is open at the counter. */
  open?: string;
  /** The copy of the orders is hours old. */
  old?: string;
  /** Another till has orders open, and sales put aside. */
  desks?: string;
  /** Some problems wait for a decision. */
  problems?: string;
}

/** The pages' test double of the whole till. */
export class MadeUpTill implements Backend {
  /** What was asked of it, for tests. */
  readonly calls: { command: CommandName; request: unknown }[] = [];
  /** How large the page was asked to be shown. */
  zoomed = 1;
  readonly #wish: Wish;
  readonly #counter: MadeUpCounter;
  readonly #problems: MadeUpProblems;
  readonly #answers: Answers;
  #screen: Screen['kind'];
  #revision = 0;
  #counts = 0;
  #language: string;
  #staff = false;
  readonly #hear = new Set<(event: TillEvent) => void>();

  constructor(wish: Wish = {}) {
    this.#wish = wish;
    this.#screen = wish.screen ?? 'sell';
    this.#language = wish.language ?? 'en';
    this.#staff = !['setup', 'firstLoad', 'signIn'].includes(this.#screen);
    this.#counter = new MadeUpCounter(
      new MadeUpOrders(NOW, Number(wish.orders ?? 24), wish.old !== undefined),
      new MadeUpDesks(wish.desks !== undefined),
    );
    if (wish.desks !== undefined)
      for (const { card } of this.#counter.orders.all) card.openElsewhere = OPEN_THERE[card.number] ?? null;
    this.#problems = new MadeUpProblems(wish.problems !== undefined);
    this.#answers = {
      ...goodsAnswers(this.#counter),
      ...waitingAnswers(this.#counter),
      ...deskAnswers(this.#counter),
      ...moneyAnswers(this.#counter),
      ...stockAnswers(this.#counter.orders),
      ...this.#problems.answers,
      ...this.#tillAnswers(),
    };
    const open = wish.open && this.#counter.orders.find(wish.open);
    if (open) this.#counter.open(open);
    for (const product of PRODUCTS.slice(0, Number(wish.lines ?? 0))) {
      this.#counter.add(product, product.unit === 'each' ? 1000 : 1250);
    }
  }

  listen(hear: (event: TillEvent) => void): () => void {
    this.#hear.add(hear);
    return () => this.#hear.delete(hear);
  }

  async call<N extends CommandName>(command: N, request: Request<N>): Promise<Answer<N>> {
    this.calls.push({ command, request });
    const answer = this.#answers[command] as (request: Request<N>) => Answer<N> | void;
    return answer(request) ?? (this.view() as Answer<N>);
  }

  async zoom(factor: number): Promise<void> {
    this.zoomed = factor;
  }

  /** Changes something that the cashier did not do. */
  say(change: (view: TillView) => void): void {
    const view = this.view();
    change(view);
    for (const hear of this.#hear) hear({ kind: 'view', value: view });
  }

  /** The other till gives up the sale that was asked for. */
  otherTillAnswers(): void {
    const asked = this.#counter.desks.sales.find(({ state }) => state === 'asked');
    if (asked) this.#counter.arrives(asked.order);
    this.say(() => {});
  }

  view(): TillView {
    this.#revision += 1;
    return {
      revision: this.#revision,
      hub: ['setup', 'firstLoad'].includes(this.#screen) ? null : this.#hub(),
      staff: this.#staff ? { id: madeUpId(2, 1), name: 'Cass', role: 'cashier' } : null,
      language: this.#language,
      screen: this.#view(),
      status: this.#status(),
      notices: this.#counter.notices,
      sound: this.#counter.sound,
      catalogueRevision: 1,
      scanner: { prefix: null, usLayout: false },
    };
  }

  /** What changes the screen or the till itself. */
  #tillAnswers() {
    return {
      till_view: () => {},
      setup_alone: () => this.#go('signIn'),
      setup_pair: ({ code }) => {
        if (code !== 'GOOD-CODE') throw refuse('pairing_code_wrong');
        this.#go('firstLoad');
      },
      staff_sign_in: ({ pin }) => {
        if (pin !== '1234') throw refuse('pin_wrong', { attempts_left: { kind: 'count', value: 3 } });
        this.#staff = true;
        this.#go('openShift');
      },
      staff_sign_out: () => this.#leave(),
      shift_open: () => this.#go('sell'),
      shift_close_begin: () => this.#go('closeShift'),
      shift_close_cancel: () => this.#go('sell'),
      shift_count: () => {
        this.#counts += 1;
      },
      shift_close: () => this.#go('zReport'),
      z_report_get: () => zReport(NOW),
      z_report_print: () => {},
      z_report_leave: () => this.#leave(),
      status_get: () =>
        status(
          NOW,
          this.#wish.server ?? 'online',
          this.#wish.practice === undefined ? 'off' : 'beforeOpening',
        ),
      practice_begin: () => {},
      practice_end: () => this.#go('setup'),
      sync_now: () => {},
      catalogue_files: () => ({ files: catalogueFiles(NOW) }),
      catalogue_import: ({ path, dryRun }) => importReport(path, dryRun),
      printer_settings_set: () => {},
      printer_test: () => {},
      scanner_settings_set: () => {},
      language_set: ({ language }) => {
        this.#language = language;
      },
    } satisfies Partial<Answers>;
  }

  #go(screen: Screen['kind']): void {
    this.#screen = screen;
  }

  #leave(): void {
    this.#staff = false;
    this.#go('signIn');
  }

  #hub(): HubView {
    const isFrench = this.#language === 'fr';
    return {
      name: isFrench ? 'Le Panier Vert' : 'Green Basket',
      location: isFrench ? 'Halle' : 'Market hall',
      tillCode: 'A',
      country: this.#wish.country ?? (isFrench ? 'FR' : 'IE'),
      currency: 'EUR',
      currencyDecimals: 2,
      timeZone: 'Europe/Paris',
      pricesIncludeTax: true,
      practice: this.#wish.practice !== undefined,
    };
  }

  #status(): StatusLine {
    const offline = this.#wish.server === 'offline';
    return {
      server: offline ? 'offline' : 'online',
      serverSince: NOW - 3_600_000,
      unsent: offline ? 14 : 0,
      oldestUnsent: offline ? NOW - 3_600_000 : null,
      printer: offline ? 'paperOut' : 'ready',
      printJobs: offline ? 2 : 0,
      database: 'healthy',
      clockOffsetMs: 120,
      clockOff: false,
      problems: this.#problems.cards.length,
    };
  }

  #view(): Screen {
    switch (this.#screen) {
      case 'setup':
        return { kind: 'setup', view: setup() };
      case 'firstLoad':
        return { kind: 'firstLoad', view: firstLoad() };
      case 'signIn':
        return { kind: 'signIn', view: signIn() };
      case 'openShift':
        return { kind: 'openShift', view: openShift(NOW, this.#wish.fresh !== undefined) };
      case 'closeShift':
        return { kind: 'closeShift', view: closeShift(NOW, this.#counts) };
      case 'zReport':
        return { kind: 'zReport', view: zReport(NOW) };
      case 'stopped':
        return {
          kind: 'stopped',
          view: {
            code: 'storage_damaged',
            params: { path: { kind: 'text', value: '/home/till/.local/share/comptoir' } },
          },
        };
      case 'sell':
        return { kind: 'sell', view: this.#counter.sell() };
    }
  }
}
