// Formats numbers with three significant digits; the unit is separate, so that it can be set smaller.

export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

/** Formats three significant digits without exponent; larger numbers as whole numbers. */
function threeDigits(value: number): string {
  if (value >= 100) return String(Math.round(value));
  // 9.996 would print as 10.00, so the decimals are chosen after rounding.
  const rounded = Number(value.toPrecision(3));
  return value.toFixed(rounded >= 100 ? 0 : rounded >= 10 ? 1 : 2);
}

/** Formats like threeDigits, but whole numbers have no decimals. */
const digits = (value: number): string => (Number.isInteger(value) ? String(value) : threeDigits(value));

type Steps = readonly (readonly [size: number, unit: string])[];

function unitOf(value: number, steps: Steps): { size: number; unit: string } {
  // 999.6 us would print as 1000 us, so the unit is chosen after rounding.
  const fits = steps.find(([size]) => Number((value / size).toPrecision(3)) >= 1);
  const [size, unit] = fits ?? steps.at(-1)!;
  return { size, unit };
}

function scaled(value: number, steps: Steps): Quantity {
  const { size, unit } = unitOf(value, steps);
  return { value: digits(value / size), unit };
}

const NS = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
] as const;
const COUNT = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
] as const;
const BYTES = [
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
  [1, 'B'],
] as const;

/** Formats a time in ns, such as 412 µs. */
export function duration(ns: number): Quantity {
  return scaled(ns, NS);
}

/** Formats a time in ns, such as "7.20 µs" or "3 ms"; whole numbers have no decimals. */
export function formatDuration(ns: number): string {
  const { value, unit } = duration(ns);
  return `${value} ${unit}`;
}

/**
 * Formats a difference of times in ns with its sign, such as "+412 µs" or "−3 ms"; "0 ns" has none. `apart`: the least
 * distance to other times beside it, from which it must differ: "−7.992 ms" and "−7.983 ms".
 */
export function signedDuration(ns: number, apart = Number.POSITIVE_INFINITY): string {
  if (ns === 0) return formatDuration(0);
  const { size, unit } = unitOf(Math.abs(ns), NS);
  const decimals = Math.min(Math.ceil(Math.log10(size / apart)), Math.log10(size));
  const usual = digits(Math.abs(ns) / size);
  const hasEnough = !(decimals > (usual.split('.')[1]?.length ?? 0));
  return `${ns < 0 ? '−' : '+'}${hasEnough ? usual : (Math.abs(ns) / size).toFixed(decimals)} ${unit}`;
}

/** Formats a count with three digits, such as 41.2 k. */
export function shortCount(count: number): string {
  const { value, unit } = scaled(count, COUNT);
  return unit === '' ? value : `${value} ${unit}`;
}

/** Formats all digits of a count, with thin no-break spaces between thousands. */
export function fullCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** Formats events per second; below one it uses the time between two, which says more than 0.02. */
export function rate(perSecond: number): string {
  if (perSecond <= 0) return '0';
  if (perSecond < 0.1) return '<0.1';
  if (perSecond < 10) return perSecond.toFixed(1);
  return perSecond < 100_000 ? fullCount(perSecond) : shortCount(perSecond);
}

/** Formats a frequency in kHz, such as "1.20 GHz" or "800 MHz". */
export function formatFrequency(khz: number): string {
  return khz < 1e6 ? `${Math.round(khz / 1e3)} MHz` : `${threeDigits(khz / 1e6)} GHz`;
}

export function formatBytes(bytes: number): string {
  const { value, unit } = scaled(bytes, BYTES);
  return `${value} ${unit}`;
}

/** Formats a share of one, such as 0.21 %. */
export function percent(share: number): string {
  const p = share * 100;
  return `${p >= 10 ? p.toFixed(0) : p >= 1 ? p.toFixed(1) : p.toFixed(2)} %`;
}

/** Formats a span of seconds with two units at most: 12 s, 2 min 18 s, 6 h 41 min, 3 d 4 h. */
export function span(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return s % 60 === 0 ? `${s / 60} min` : `${Math.floor(s / 60)} min ${s % 60} s`;
  const min = Math.floor(s / 60);
  if (s < 86_400) return min % 60 === 0 ? `${min / 60} h` : `${Math.floor(min / 60)} h ${min % 60} min`;
  const h = Math.floor(s / 3600);
  return h % 24 === 0 ? `${h / 24} d` : `${Math.floor(h / 24)} d ${h % 24} h`;
}

/** Formats an age in one unit, for columns: 12 s, 3 min, 2 h, 4 d. */
export function age(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  return s < 86_400 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86_400)} d`;
}

/** Formats a running clock, 06:41:12, with days before it if there are any. */
export function stopwatch(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = `${two(Math.floor(s / 3600) % 24)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s >= 86_400 ? `${Math.floor(s / 86_400)} d ${clock}` : clock;
}

/** Formats CPUs as the kernel lists them: 0-3,6. */
export function cpuList(cpus: readonly number[]): string {
  const sorted = [...cpus].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (sorted[end + 1] === sorted[end]! + 1) end++;
    parts.push(end === i ? `${sorted[i]}` : `${sorted[i]}-${sorted[end]}`);
    i = end + 1;
  }
  return parts.join(',');
}

/** Whether a list such as 0-3,6 names a CPU. */
export function inCpuList(list: string, cpu: number): boolean {
  return list.split(',').some((part) => {
    if (part === '') return false;
    const [first, last = first] = part.split('-').map(Number);
    return first !== undefined && last !== undefined && cpu >= first && cpu <= last;
  });
}

/** Returns the number of CPUs in a list such as 0-3,6. */
export function cpuCount(list: string): number {
  return list.split(',').reduce((count, part) => {
    if (part === '') return count;
    const [first, last = first] = part.split('-').map(Number);
    return count + (last! - first! + 1);
  }, 0);
}

const NS_OF: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/** Parses "250us" or "1.5ms" to ns, not rounded; returns undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s)$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(digits) * NS_OF[unit]!;
}
