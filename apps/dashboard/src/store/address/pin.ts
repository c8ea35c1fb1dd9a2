// Tracks of a timeline that a person pinned to its top.

export interface Pin {
  readonly track: 'cpu' | 'task';
  /** The CPU, or the pid. */
  readonly number: number;
}

const PINS_MAX = 8;
/** Pid 0 is the idle task of every CPU. */
const PIN = /^(cpu|task(?!-0+$))-(\d{1,10})$/;

export const samePin = (a: Pin, b: Pin): boolean => a.track === b.track && a.number === b.number;

/** Parses "cpu-3.task-812"; returns undefined for any other text. */
export function parsePins(text: string): readonly Pin[] | undefined {
  const pins: Pin[] = [];
  for (const word of text.split('.')) {
    const [, track, number] = PIN.exec(word) ?? [];
    if (track === undefined) return undefined;
    const pin = { track: track as Pin['track'], number: Number(number) };
    if (!pins.some((other) => samePin(other, pin))) pins.push(pin);
  }
  return pins.length <= PINS_MAX ? pins : undefined;
}

export const formatPins = (pins: readonly Pin[]): string =>
  pins.map(({ track, number }) => `${track}-${number}`).join('.');

/** Adds the pin, or removes it. Beyond PINS_MAX the oldest gives way. */
export function withPin(pins: readonly Pin[], pin: Pin, isPinned: boolean): readonly Pin[] {
  const others = pins.filter((other) => !samePin(other, pin));
  return isPinned ? [...others, pin].slice(-PINS_MAX) : others;
}
