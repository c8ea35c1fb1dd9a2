import type { Nanoseconds } from '@rtprobe/protocol';

const units = [
  { ns: 1e9, name: 's' },
  { ns: 1e6, name: 'ms' },
  { ns: 1e3, name: 'µs' },
] as const;

/** Three significant digits with a unit, for sentences: "812 µs", "3.02 ms". */
export function formatDuration(ns: Nanoseconds): string {
  // 999.6 µs must not become "1000 µs": the unit is chosen after rounding.
  const unit = units.find((u) => ns >= u.ns * 0.9995);
  if (!unit) return `${ns} ns`;
  const value = ns / unit.ns;
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit.name}`;
}
