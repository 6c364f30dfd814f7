// Tells a keyboard scanner from a person, in one place for every screen.
//
// A scanner types a code much faster than hands can: at most 30 ms per character on average, at least
// six characters, ended by Enter, Tab or a pause. From the second fast character on, what is typed is
// held back; if it proves to be a scan it never reaches a field, and what the first character did is
// taken back; if it proves to be a person it is delivered, a tenth of a second late. A first character
// that would do something which cannot be taken back is held back too. Scanners that send a prefix need
// no guess at all. Whatever ends a code (some send two Enters) presses nothing.

/** One key as the browser reports it. */
export interface Stroke {
  key: string;
  code: string;
  /** Milliseconds on the event's own clock. */
  at: number;
  repeat: boolean;
  /** Control, Alt or Meta is held: a command, never part of a code. */
  command: boolean;
}

export interface Scanned {
  code: string;
  /** The AIM identifier, where the scanner sends one. */
  symbology: string | null;
}

/** Where keys go that were typed by hand. */
export interface Typing {
  /** Called before the first key of a burst is delivered; the answer takes back what it did since. */
  snapshot(): () => void;
  /** Whether the key would at once do something that the snapshot cannot take back. */
  acts(key: string): boolean;
  /** Delivers keys that were held back and turned out to be typed by hand. */
  deliver(text: string): void;
}

export interface WedgeSettings {
  prefix: string | null;
  usLayout: boolean;
}

export interface Clock {
  after(ms: number, run: () => void): () => void;
}

const AVERAGE_MS_MAX = 30;
const LENGTH_MIN = 6;
const PAUSE_MS = 100;
/** An Enter this soon after a scan is still the scanner's: the second half of CR LF. */
const ENDING_MS = 150;

const AIM_IDENTIFIER = /^\][A-Za-z][0-9A-Za-z]/;
const DIGIT_KEY = /^(?:Digit|Numpad)(\d)$/;

/** What an American keyboard types for a key, whatever the layout of this machine. */
const US_KEYS: Record<string, [string, string]> = {
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Backslash: ['\\', '|'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Backquote: ['`', '~'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
  Space: [' ', ' '],
};
const US_SHIFTED_DIGITS = ')!@#$%^&*(';

interface Burst {
  strokes: { key: string; code: string; shift: boolean }[];
  first: number;
  last: number;
  /** How many of the strokes were delivered already. */
  delivered: number;
  takeBack: () => void;
  prefixed: boolean;
}

export class Wedge {
  #settings: WedgeSettings = { prefix: null, usLayout: false };
  #burst: Burst | null = null;
  #shift = false;
  /** Until when Enter and Tab belong to the scan before them. */
  #endingUntil = -Infinity;
  #cancelPause: () => void = () => {};
  readonly #typing: Typing;
  readonly #scanned: (scan: Scanned) => void;
  readonly #clock: Clock;

  constructor(typing: Typing, scanned: (scan: Scanned) => void, clock: Clock) {
    this.#typing = typing;
    this.#scanned = scanned;
    this.#clock = clock;
  }

  set settings(settings: WedgeSettings) {
    this.#settings = settings;
  }

  /** Takes a key; true means that it must not reach anything else. */
  press(stroke: Stroke): boolean {
    if (stroke.key === 'Shift') {
      this.#shift = true;
      return false;
    }
    if (stroke.repeat) return this.#isEnding(stroke) || (this.#burst !== null && this.#held(this.#burst) > 0);
    if (this.#burst && stroke.at - this.#burst.last > PAUSE_MS) this.#settle();
    if (endsCode(stroke)) {
      if (this.#burst) return this.#settle(stroke.at);
      if (this.#isEnding(stroke)) return true;
    }
    if (stroke.command || stroke.key.length !== 1) {
      this.#settle();
      return false;
    }
    return this.#character(stroke);
  }

  /** Decides now on what is held back: the person has turned to something else. */
  flush(): void {
    this.#settle();
  }

  release(key: string): void {
    if (key === 'Shift') this.#shift = false;
  }

  #isEnding({ at }: Stroke): boolean {
    return at <= this.#endingUntil;
  }

  #character(stroke: Stroke): boolean {
    const burst = this.#burst ?? this.#begin(stroke);
    burst.strokes.push({ key: stroke.key, code: stroke.code, shift: this.#shift });
    burst.last = stroke.at;
    this.#awaitPause();
    if (burst.prefixed) return true;
    const second = burst.strokes.length > 1;
    if (!second && this.#typing.acts(stroke.key)) return true;
    if (second && average(burst) <= AVERAGE_MS_MAX) return true;
    this.#deliverHeld(burst, burst.strokes.length - 1);
    burst.delivered = burst.strokes.length;
    return false;
  }

  #begin(stroke: Stroke): Burst {
    const prefix = this.#settings.prefix;
    const burst: Burst = {
      strokes: [],
      first: stroke.at,
      last: stroke.at,
      delivered: 0,
      takeBack: this.#typing.snapshot(),
      prefixed: prefix !== null && prefix !== '' && stroke.key === prefix[0],
    };
    this.#burst = burst;
    // Whatever ends from here on ends this.
    this.#endingUntil = -Infinity;
    return burst;
  }

  /** Decides on the burst so far, which ended at this moment or with a pause; true where it was a scan. */
  #settle(endedAt?: number): boolean {
    const burst = this.#burst;
    this.#cancelPause();
    this.#burst = null;
    if (!burst) return false;
    const text = this.#text(burst);
    const prefix = this.#settings.prefix;
    const isScan = prefix
      ? burst.prefixed && text.startsWith(prefix) && text.length > prefix.length
      : isFast(burst);
    if (!isScan) {
      this.#deliverHeld(burst, burst.strokes.length);
      return false;
    }
    this.#endingUntil = (endedAt ?? burst.last + PAUSE_MS) + ENDING_MS;
    if (burst.delivered > 0) burst.takeBack();
    this.#scanned(read(text, prefix));
    return true;
  }

  #awaitPause(): void {
    this.#cancelPause();
    // Twice, so that keys which waited behind a busy moment of the page are taken first.
    this.#cancelPause = this.#clock.after(PAUSE_MS, () => {
      this.#cancelPause = this.#clock.after(0, () => void this.#settle());
    });
  }

  #held(burst: Burst): number {
    return burst.strokes.length - burst.delivered;
  }

  #deliverHeld(burst: Burst, end: number): void {
    const held = burst.strokes.slice(burst.delivered, end);
    burst.delivered = Math.max(burst.delivered, end);
    if (held.length > 0) this.#typing.deliver(held.map((stroke) => stroke.key).join(''));
  }

  /** The characters that the scanner meant: it types as if the keyboard were its own. */
  #text(burst: Burst): string {
    const digits = burst.strokes.map((stroke) => DIGIT_KEY.exec(stroke.code)?.[1]);
    if (digits.every((digit) => digit !== undefined)) return digits.join('');
    if (!this.#settings.usLayout) return burst.strokes.map((stroke) => stroke.key).join('');
    return burst.strokes.map((stroke) => usCharacter(stroke) ?? stroke.key).join('');
  }
}

/** Enter, Tab, or what scanners send as carriage return and line feed: Control with M or J. */
function endsCode({ key, command }: Stroke): boolean {
  return key === 'Enter' || key === 'Tab' || (command && /^[jm]$/i.test(key));
}

function average(burst: Burst): number {
  return (burst.last - burst.first) / Math.max(1, burst.strokes.length - 1);
}

function isFast(burst: Burst): boolean {
  return burst.strokes.length >= LENGTH_MIN && average(burst) <= AVERAGE_MS_MAX;
}

function usCharacter({ code, shift }: { code: string; shift: boolean }): string | undefined {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shift ? letter : letter.toLowerCase();
  const digit = DIGIT_KEY.exec(code)?.[1];
  if (digit) return shift && code.startsWith('Digit') ? US_SHIFTED_DIGITS[Number(digit)] : digit;
  return US_KEYS[code]?.[shift ? 1 : 0];
}

function read(text: string, prefix: string | null): Scanned {
  // A prefix that is the AIM identifier's own bracket is part of what it says.
  const body = prefix && !prefix.startsWith(']') ? text.slice(prefix.length) : text;
  const aim = AIM_IDENTIFIER.exec(body)?.[0];
  return aim ? { code: body.slice(aim.length), symbology: aim } : { code: body, symbology: null };
}
