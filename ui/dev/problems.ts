// What waits for a decision on the made-up till.
import type { Meanwhile } from '../src/lib/bindings/Meanwhile';
import type { ProblemCard } from '../src/lib/bindings/ProblemCard';
import type { ProblemsView } from '../src/lib/bindings/ProblemsView';
import { type Answers, NOW, refuse } from './answers';
import { madeUpId } from './products';

const HOUR = 3_600_000;
const NOBODY: Meanwhile = {
  order: null,
  number: null,
  customer: null,
  fulfilment: null,
  total: null,
  due: null,
  name: null,
  unit: null,
  ordered: null,
  collected: null,
  onHand: null,
};

const CARDS: ProblemCard[] = [
  {
    ids: ['p1'],
    rule: 'handed_over_twice',
    openedAt: NOW - 20 * HOUR,
    provisional: false,
    happened: { at: NOW - 20 * HOUR, by: 'Mary', place: 'otherTill' },
    against: { at: NOW - 21 * HOUR, by: 'Cass', place: 'thisTill' },
    meanwhile: {
      ...NOBODY,
      order: madeUpId(10, 4),
      number: 'O-1005',
      customer: 'Farrell family',
      fulfilment: 'collected',
      total: 880,
      due: 0,
      name: 'Eggs',
      unit: 'each',
      ordered: 2000,
      collected: 4000,
    },
    wanted: null,
    choices: ['never_left', 'bill_all', 'bill_once'],
  },
  {
    ids: ['p2'],
    rule: 'quantity_set_twice',
    openedAt: NOW - 2 * HOUR,
    provisional: true,
    happened: { at: NOW - 2 * HOUR, by: null, place: 'server' },
    against: { at: NOW - 3 * HOUR, by: 'Cass', place: 'thisTill' },
    meanwhile: {
      ...NOBODY,
      order: madeUpId(10, 1),
      number: 'O-1002',
      customer: 'Aoife Ní Bhriain',
      fulfilment: 'ready',
      total: 1305,
      due: 1305,
      name: 'Carrots',
      unit: 'kilogram',
      ordered: 1000,
      collected: 0,
    },
    wanted: { kind: 'quantity', value: 2500 },
    choices: ['keep', 'other'],
  },
  {
    ids: ['p3', 'p4', 'p5'],
    rule: 'sold_below_zero',
    openedAt: NOW - HOUR,
    provisional: false,
    happened: { at: NOW - HOUR, by: 'Cass', place: 'thisTill' },
    against: null,
    meanwhile: { ...NOBODY, name: 'Honey', unit: 'each', onHand: -3000 },
    wanted: null,
    choices: ['noted'],
  },
];

/** How many wait, and what the till says to them; a cashier needs a manager's word. */
export class MadeUpProblems {
  cards: ProblemCard[];

  constructor(shown: boolean) {
    this.cards = shown ? CARDS : [];
  }

  readonly answers = {
    problems_get: () => this.#view(),
    problem_decide: ({ ids, approval }) => {
      if (!approval) throw refuse('approval_needed');
      this.cards = this.cards.filter((card) => card.ids[0] !== ids[0]);
      return this.#view();
    },
  } satisfies Partial<Answers>;

  #view(): ProblemsView {
    return { problems: this.cards, more: 0, mayDecide: false };
  }
}
