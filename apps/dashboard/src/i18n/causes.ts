// The causes that the bridge names, in the page's language.
import { type PartKind, partWords, SOFTIRQS, VECTORS } from '@rtprobe/protocol';
import { language } from './language.ts';
import { titleOf } from './measures.ts';
import { t } from './translate.ts';

/** Kinds whose title is a cause by itself; other causes are names of interrupts and tasks. */
const KINDS: readonly PartKind[] = [
  ...(['unaccounted', 'nmi', 'idle_exit', 'switch', 'probe', 'other'] as const),
  ...(['steal', 'firmware', 'stall', 'host', 'irqs_off'] as const),
];

const IN = ' in ';

/** Returns "LOC 本地定时器" for "LOC local timer"; undefined for other causes. */
function labelled(cause: string): string | undefined {
  for (const words of [...Object.values(VECTORS), ...Object.values(SOFTIRQS)])
    if (cause === `${words.label} ${words.title}`) return `${words.label} ${titleOf(words)}`;
  return undefined;
}

/**
 * Returns a cause in the page's language. The bridge builds causes from English titles of the protocol and from names;
 * a cause of another form stays as it is.
 */
export function causeName(cause: string): string {
  if (language() === 'en') return cause;
  const kind = KINDS.find(
    (one) => cause === partWords[one].title || cause.startsWith(`${partWords[one].title} `),
  );
  if (kind === undefined) return labelled(cause) ?? cause;
  const words = partWords[kind];
  const rest = cause.slice(words.title.length);
  if (kind === 'irqs_off' && rest.startsWith(IN))
    return t('cause.irqsOffIn', { task: rest.slice(IN.length) });
  return `${titleOf(words)}${rest}`;
}
