import type { Sound } from '../../lib/bindings/Sound';

type Tone = { hertz: number; at: number; seconds: number; shape: OscillatorType; volume: number };

const tone = (
  hertz: number,
  at: number,
  seconds: number,
  shape: OscillatorType = 'sine',
  volume = 0.16,
): Tone => ({
  hertz,
  at,
  seconds,
  shape,
  volume,
});

/** Told apart without looking: up is good, down is not; a tick is higher than an addition. */
const TONES: Record<Sound, Tone[]> = {
  added: [tone(880, 0, 0.07)],
  ticked: [tone(1318, 0, 0.05), tone(1760, 0.05, 0.06)],
  unknown: [tone(392, 0, 0.13, 'triangle', 0.26), tone(262, 0.14, 0.2, 'triangle', 0.26)],
  error: [tone(220, 0, 0.18, 'triangle', 0.26)],
  done: [tone(659, 0, 0.09), tone(880, 0.08, 0.09), tone(1109, 0.16, 0.16)],
};

/** Short sounds made on the spot; silent where the machine has no audio. */
export class Sounds {
  #context: AudioContext | null = null;

  play(sound: Sound): void {
    const context = this.#open();
    if (!context) return;
    for (const { hertz, at, seconds, shape, volume } of TONES[sound]) {
      const start = context.currentTime + at;
      const oscillator = new OscillatorNode(context, { type: shape, frequency: hertz });
      const gain = new GainNode(context, { gain: volume });
      gain.gain.setValueAtTime(volume, start);
      gain.gain.exponentialRampToValueAtTime(0.001, start + seconds);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(start);
      oscillator.stop(start + seconds);
    }
  }

  #open(): AudioContext | null {
    try {
      this.#context ??= new AudioContext({ latencyHint: 'interactive' });
      // Web views allow sound only after a first key or touch, and may pause it in between.
      if (this.#context.state === 'suspended') void this.#context.resume();
      return this.#context;
    } catch {
      return null;
    }
  }
}
