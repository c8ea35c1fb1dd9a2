// Finds English in Chinese sentences, for tests.
import { visibleText } from '@rtprobe/metrics';
import { place } from './place.ts';

/**
 * Labels of interrupts, and units, which Chinese texts use as they are. Words in capitals are symbols: CPU, NET_RX. The
 * s is that of µs.
 */
const KEPT: ReadonlySet<string> = new Set([
  'irq',
  'vector',
  'hrtimer',
  'tasklet',
  'rtprobe',
  'ns',
  's',
  'ms',
  'MHz',
  'GHz',
]);

/** Returns the names in facts of the kernel: of tasks, actions, functions, idle states and measures of a later release. */
function namesIn(facts: unknown, key = ''): string[] {
  if (typeof facts === 'string') {
    if (key === 'stack') return [place(facts)];
    return ['name', 'comm', 'measure', 'function'].includes(key)
      ? [visibleText(facts), place(visibleText(facts))]
      : [];
  }
  if (Array.isArray(facts)) return facts.flatMap((fact) => namesIn(fact, key));
  if (typeof facts !== 'object' || facts === null) return [];
  return Object.entries(facts).flatMap(([name, value]) => namesIn(value, name));
}

/** Returns the English words of a Chinese sentence about these facts. */
export function englishIn(sentence: string, facts: unknown): string[] {
  const names = namesIn(facts).filter((name) => name !== '');
  const rest = names
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, name) => text.replaceAll(name, ' '), sentence);
  return [...rest.matchAll(/[A-Za-z_]+/g)]
    .map(([word]) => word)
    .filter((word) => !KEPT.has(word) && !/^[A-Z_]+$/.test(word));
}
