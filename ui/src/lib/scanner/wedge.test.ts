import { describe, expect, test } from 'vitest';

import { type Clock, type Scanned, type Stroke, type Typing, Wedge, type WedgeSettings } from './wedge';

/** A field that keys land in, a clock that is turned by hand, and a recogniser between them. */
class Bench {
  field = '';
  /** Keys that do at once what nobody can take back. */
  acting = '';
  readonly scans: Scanned[] = [];
  readonly wedge: Wedge;
  #now = 0;
  #timers: { at: number; run: () => void }[] = [];

  constructor(settings: Partial<WedgeSettings> = {}) {
    const typing: Typing = {
      snapshot: () => {
        const before = this.field;
        return () => (this.field = before);
      },
      acts: (key) => this.acting.includes(key),
      deliver: (text) => (this.field += text),
    };
    const clock: Clock = {
      after: (ms, run) => {
        const timer = { at: this.#now + ms, run };
        this.#timers.push(timer);
        return () => (this.#timers = this.#timers.filter((each) => each !== timer));
      },
    };
    this.wedge = new Wedge(typing, (scan) => this.scans.push(scan), clock);
    this.wedge.settings = { prefix: null, usLayout: false, ...settings };
  }

  /** Presses one key some milliseconds after the last; answers whether it was swallowed. */
  press(key: string, after: number, more: Partial<Stroke> = {}): boolean {
    this.wait(after);
    const code = /^\d$/.test(key) ? `Digit${key}` : '';
    const swallowed = this.wedge.press({ key, code, at: this.#now, repeat: false, command: false, ...more });
    if (!swallowed && key.length === 1) this.field += key;
    return swallowed;
  }

  type(text: string, each: number): void {
    for (const key of text) this.press(key, each);
  }

  wait(ms: number): void {
    this.#now += ms;
    for (let due = this.#due(); due; due = this.#due()) {
      this.#timers = this.#timers.filter((each) => each !== due);
      due.run();
    }
  }

  #due() {
    return this.#timers.find((timer) => timer.at <= this.#now);
  }
}

describe('a scanner', () => {
  test('is recognised by its speed, and the final Enter presses nothing', () => {
    const bench = new Bench();
    bench.type('2000000000022', 5);
    expect(bench.press('Enter', 5)).toBe(true);
    expect(bench.scans).toEqual([{ code: '2000000000022', symbology: null }]);
  });

  test('leaves nothing behind in the field that has the focus', () => {
    const bench = new Bench();
    bench.type('20', 300);
    bench.wait(400);
    bench.type('2000000000022', 8);
    bench.press('Enter', 8);
    expect(bench.field).toBe('20');
  });

  test('may end with Tab, or with nothing but a pause', () => {
    const bench = new Bench();
    bench.type('4006381333931', 10);
    expect(bench.press('Tab', 10)).toBe(true);
    bench.wait(500);
    bench.type('ABC-123456', 10);
    bench.wait(100);
    bench.wait(0);
    expect(bench.scans.map(({ code }) => code)).toEqual(['4006381333931', 'ABC-123456']);
    expect(bench.field).toBe('');
  });

  test('twice in quick succession is two scans', () => {
    const bench = new Bench();
    for (const code of ['2000000000022', '2000000000039']) {
      bench.type(code, 4);
      bench.press('Enter', 4);
    }
    expect(bench.scans).toHaveLength(2);
  });

  test('may be slow at its first character, as when the machine is busy', () => {
    const bench = new Bench();
    bench.press('4', 0);
    bench.press('0', 60);
    bench.type('06381333931', 5);
    bench.press('Enter', 5);
    expect(bench.scans[0]?.code).toBe('4006381333931');
    expect(bench.field).toBe('');
  });

  test('says which symbology it read', () => {
    const bench = new Bench();
    bench.type(']E02000000000022', 5);
    bench.press('Enter', 5);
    expect(bench.scans).toEqual([{ code: '2000000000022', symbology: ']E0' }]);
  });

  test('on a French keyboard types digits all the same', () => {
    const bench = new Bench();
    [...'é&àà'].forEach((key, index) => bench.press(key, 5, { code: `Digit${[2, 1, 0, 0][index]}` }));
    for (const digit of '12345') bench.press('&', 5, { code: `Digit${digit}` });
    bench.press('Enter', 5);
    expect(bench.scans[0]?.code).toBe('210012345');
  });

  test('set to an American keyboard types letters and signs of its own', () => {
    const bench = new Bench({ usLayout: true });
    const azerty: [string, string, boolean][] = [
      ['q', 'KeyA', true],
      ['z', 'KeyW', false],
      [')', 'Minus', false],
      ['&', 'Digit1', false],
      ['é', 'Digit2', false],
      ['"', 'Digit3', false],
    ];
    for (const [key, code, shift] of azerty) {
      if (shift) bench.press('Shift', 1);
      bench.press(key, 5, { code });
      if (shift) bench.wedge.release('Shift');
    }
    bench.press('Enter', 5);
    expect(bench.scans[0]?.code).toBe('Aw-123');
  });

  test('with a prefix needs no guess, however slow it is', () => {
    const bench = new Bench({ prefix: '~' });
    bench.type('~200000', 60);
    expect(bench.press('Enter', 60)).toBe(true);
    expect(bench.scans).toEqual([{ code: '200000', symbology: null }]);
    expect(bench.field).toBe('');
  });

  test('may end with carriage return and line feed, and the second presses nothing either', () => {
    const bench = new Bench();
    bench.type('2000000000022', 5);
    bench.press('Enter', 5);
    expect(bench.press('Enter', 5)).toBe(true);
    expect(bench.press('j', 5, { command: true })).toBe(true);
    expect(bench.press('Enter', 300)).toBe(false);
    expect(bench.scans).toHaveLength(1);
  });

  test('leaves Enter to a number that is typed right after it', () => {
    const bench = new Bench();
    bench.type('2000000000022', 5);
    bench.press('Enter', 5);
    bench.press('5', 60);
    expect(bench.press('Enter', 60)).toBe(false);
    expect(bench.field).toBe('5');
  });

  test('that ends late, after its code was taken already, presses nothing', () => {
    const bench = new Bench();
    bench.type('2000000000022', 5);
    bench.wait(101);
    bench.wait(0);
    expect(bench.press('Enter', 20)).toBe(true);
    expect(bench.scans).toHaveLength(1);
  });

  test('whose code begins with a key that acts does not act', () => {
    const bench = new Bench();
    bench.acting = '+-/?';
    bench.type('+12345678', 5);
    bench.press('Enter', 5);
    expect(bench.scans[0]?.code).toBe('+12345678');
    expect(bench.field).toBe('');
  });

  test('held on Enter by an impatient hand repeats nothing', () => {
    const bench = new Bench();
    bench.type('200000', 5);
    expect(bench.press('0', 5, { repeat: true })).toBe(true);
    bench.press('Enter', 5);
    expect(bench.scans[0]?.code).toBe('200000');
  });
});

describe('a person', () => {
  test('types into the field, and Enter is Enter', () => {
    const bench = new Bench();
    bench.type('1234567', 120);
    expect(bench.press('Enter', 120)).toBe(false);
    expect(bench.field).toBe('1234567');
    expect(bench.scans).toEqual([]);
  });

  test('who presses a key that acts gets what it does, a moment later', () => {
    const bench = new Bench();
    bench.acting = '+';
    expect(bench.press('+', 200)).toBe(true);
    expect(bench.field).toBe('');
    bench.press('+', 80);
    expect(bench.field).toBe('++');
    bench.press('+', 500);
    bench.wait(101);
    bench.wait(0);
    expect(bench.field).toBe('+++');
  });

  test('who rolls over a few keys loses none of them', () => {
    const bench = new Bench();
    bench.type('car', 12);
    bench.wait(101);
    bench.wait(0);
    bench.type('rots', 90);
    expect(bench.field).toBe('carrots');
  });

  test('who is fast for a short number and presses Enter pays that number', () => {
    const bench = new Bench();
    bench.type('20', 10);
    expect(bench.press('Enter', 10)).toBe(false);
    expect(bench.field).toBe('20');
  });

  test('who turns to something else finds there what was typed, and all of it', () => {
    const bench = new Bench();
    bench.type('127.0', 3);
    bench.wedge.flush();
    expect(bench.field).toBe('127.0');
  });

  test('who gives a command is not a scanner', () => {
    const bench = new Bench();
    bench.type('20', 10);
    expect(bench.press('z', 10, { command: true })).toBe(false);
    expect(bench.scans).toEqual([]);
  });

  test('types freely where scanners send a prefix', () => {
    const bench = new Bench({ prefix: ']' });
    bench.type('20000000', 5);
    expect(bench.press('Enter', 5)).toBe(false);
    expect(bench.field).toBe('20000000');
    expect(bench.scans).toEqual([]);
  });
});
