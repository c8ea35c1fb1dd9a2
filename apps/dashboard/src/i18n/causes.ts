// The causes that the bridge names, in the page's language.
import {
  CALLBACKS,
  callbackWords,
  type PartKind,
  partWords,
  SOFTIRQS,
  VECTORS,
  WAITS,
  waitWords,
} from '@rtprobe/protocol';
import { language } from './language.ts';
import { titleOf } from './measures.ts';
import { texts } from './texts.ts';
import { type PlainKey, t } from './translate.ts';

/** Kinds whose title is a cause by itself; other causes are names of interrupts and tasks. */
const KINDS: readonly PartKind[] = [
  ...(['unaccounted', 'nmi', 'idle_exit', 'switch', 'probe', 'other'] as const),
  ...(['own_run', 'blocked', 'late_timer'] as const),
  ...(['steal', 'firmware', 'stall', 'host', 'irqs_off', 'throttled', 'fair_server'] as const),
];

const IN = ' in ';
const BY = ' by ';

/** Messages whose English text is a whole cause. */
const WHOLE: readonly PlainKey[] = [
  ...(['cause.irqsOffIdle', 'cause.unaccountedUser', 'cause.unaccountedIdle', 'cause.namelessTask'] as const),
];

/** Returns a cause that is a line or a thread of an irq; undefined for other causes. */
function ofIrq(cause: string): string | undefined {
  const [, line] = /^(irq \d.*) disabled$/.exec(cause) ?? [];
  if (line !== undefined) return t('cause.lineDisabled', { line });
  const [, irq, name = ''] = /^(irq \d+) thread( .*)?$/.exec(cause) ?? [];
  return irq && t('cause.irqThread', { irq, name });
}

/** Returns "在 read 中因块 I/O阻塞" for "block I/O in read"; undefined for a wait of a later release. */
function blockedBy(wait: string): string | undefined {
  // Longest first: one title begins with another.
  const words = WAITS.map((kind) => waitWords[kind])
    .filter(({ title }) => wait === title || wait.startsWith(`${title}${IN}`))
    .toSorted((a, b) => b.title.length - a.title.length)[0];
  if (words === undefined) return undefined;
  const call = wait.slice(words.title.length + IN.length);
  return call === ''
    ? t('cause.blockedBy', { wait: titleOf(words) })
    : t('cause.blockedByIn', { wait: titleOf(words), call });
}

/** Returns interrupts that a task disabled; a question mark at the end says that the record only suggests it. */
function irqsOffIn(task: string): string {
  return task.endsWith('?')
    ? t('cause.irqsOffPerhaps', { task: task.slice(0, -1) })
    : t('cause.irqsOffIn', { task });
}

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
export function causeName(stored: string): string {
  // Older stores have "unseen, CPU idle".
  const cause = stored.replace(/^unseen, /, 'unaccounted, ');
  if (language() === 'en') return cause;
  const [source, callback] = splitCallback(cause);
  return `${sourceName(source)}${callback}`;
}

/** Returns a cause without the function that ran in it, and that function in the page's language; may be empty. */
function splitCallback(cause: string): [source: string, callback: string] {
  for (const words of CALLBACKS.map((kind) => callbackWords[kind])) {
    const before = `: ${words.title} `;
    const at = cause.lastIndexOf(before);
    if (at > 0) return [cause.slice(0, at), `：${titleOf(words)} ${cause.slice(at + before.length)}`];
  }
  return [cause, ''];
}

function sourceName(cause: string): string {
  const whole = WHOLE.find((key) => texts.en[key] === cause);
  if (whole !== undefined) return t(whole);
  const kind = KINDS.find(
    (one) => cause === partWords[one].title || cause.startsWith(`${partWords[one].title} `),
  );
  if (kind === undefined) return labelled(cause) ?? ofIrq(cause) ?? cause;
  const words = partWords[kind];
  const rest = cause.slice(words.title.length);
  if (kind === 'irqs_off' && rest.startsWith(IN)) return irqsOffIn(rest.slice(IN.length));
  if (kind === 'late_timer' && rest.startsWith(IN))
    return t('cause.lateTimer', { task: rest.slice(IN.length) });
  if (kind === 'blocked' && rest.startsWith(IN)) return t('cause.blocked', { call: rest.slice(IN.length) });
  if (kind === 'blocked' && rest.startsWith(BY))
    return blockedBy(rest.slice(BY.length)) ?? `${titleOf(words)}${rest}`;
  return `${titleOf(words)}${rest}`;
}
