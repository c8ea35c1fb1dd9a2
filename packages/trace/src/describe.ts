// Describes the chain of a spike in one sentence: raises, wakeups, requests and waits. The explanation of the spike says what
// held the CPU.
import { formatDuration, visibleText } from '@rtprobe/metrics';
import type { ChainNode, ChainStep } from './chain.ts';

const verbs: Readonly<Record<ChainStep['how'], string>> = {
  raised: 'raised',
  woke: 'woke',
  asked: 'asked for',
  held: 'held',
  waited: 'waited for',
};

/** Returns the verb of a step, between its two ends. */
export const verbOf = (step: Pick<ChainStep, 'how'>): string => verbs[step.how];

/**
 * Returns the name of a node: "irq 36 (virtio1-req.0)", "the local timer interrupt (LOC)", "softirq BLOCK",
 * "cyclictest/2".
 */
export const nodeWords = (node: ChainNode): string =>
  node.callback === undefined ? sourceWords(node) : `${sourceWords(node)}: ${visibleText(node.callback)}`;

function sourceWords({ kind, label, name }: ChainNode): string {
  const shown = visibleText(label);
  switch (kind) {
    case 'irq':
      return name ? `${shown} (${visibleText(name)})` : shown;
    case 'vector':
      return name ? `the ${visibleText(name)} interrupt (${shown})` : shown;
    case 'softirq':
      return `softirq ${shown}`;
    case 'idle':
      return 'the idle task';
    default:
      return shown;
  }
}

const capital = (text: string): string =>
  text.replace(/^(the|irq|softirq) /, (word) => word.charAt(0).toUpperCase() + word.slice(1));

const isSame = (a: ChainNode | undefined, b: ChainNode): boolean =>
  a !== undefined && a.kind === b.kind && a.label === b.label && a.number === b.number;

/** Returns undefined if the chain has no such step. */
export function chainSentence(steps: readonly ChainStep[]): string | undefined {
  const clauses: string[] = [];
  let last: ChainNode | undefined;
  for (const step of steps) {
    if (step.how === 'held' || step.how === 'waited') continue;
    const { from, to } = step;
    const then = `${verbOf(step)} ${nodeWords(to)}`;
    const by = from.callback === undefined ? '' : ` by ${visibleText(from.callback)}`;
    if (isSame(last, from)) clauses[clauses.length - 1] += `, which ${then}${by}`;
    else clauses.push(`${nodeWords(from)} ${then}`);
    last = to;
  }
  for (const { how, from, to, durationNs } of steps) {
    if (how === 'waited')
      clauses.push(`${nodeWords(from)} waited ${formatDuration(durationNs)} for ${nodeWords(to)}`);
  }
  return clauses.length === 0 ? undefined : `${capital(clauses.join('; '))}.`;
}
