// Makes a spike of an example, for tests.
import { Callback, Doubt, type Part, PartKind, Wait } from '@rtprobe/abi';
import type { Spike, TaskInfo } from '@rtprobe/protocol';
import { sourceLabel } from '@rtprobe/trace';
import { isOwnCause } from '../src/explain/sentence.ts';
import { type Example, INVERSION } from '../src/knowledge/entry.ts';
import { toParts } from '../src/translate/part.ts';

/** Pid of the task that ran, and of the task that waited. */
const RAN = 7;
const WAITED = 8;

/** Returns a wait; a priority inversion is one in a futex. */
function waitOf(wait: Example['wait']): Partial<Part> {
  if (wait === undefined) return {};
  if (wait !== INVERSION) return { wait: numberOf(Wait, wait) };
  const waker = { cpu: 0, task: { pid: RAN, comm: 'holder' }, released: 1, inverted: 1 };
  return {
    wait: Wait.futex,
    waker: {
      ...waker,
      ...{ displacedNs: 800_000n, displacedBy: { pid: 9, comm: 'middle' }, displacedByNs: 800_000n },
    },
  };
}

const camel = (word: string) => word.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const numberOf = (of: object, word: string): number => (of as Record<string, number>)[camel(word)]!;

function task(pid: number, comm: string, policy: string): TaskInfo {
  return { ...{ pid, tgid: pid, startNs: '0', comm, policy, priority: 0, nice: 0 }, kthread: false };
}

/** Returns a spike whose largest part is the example; of a measure of its own time, the spike is the example. */
export function exampleSpike(example: Partial<Example> & Pick<Example, 'kind'>): Spike {
  const { measure = 'thread_latency', kind, number = 0, name = '', stack = [] } = example;
  const { policy = 'SCHED_OTHER', victimPolicy, callback, function: ran, couldBe } = example;
  const [part] = toParts([
    {
      ...{ kind: numberOf(PartKind, kind), number, name, durationNs: 900_000n, count: 1, pid: RAN },
      ...(callback && { callback: numberOf(Callback, callback) }),
      ...(ran !== undefined && { function: ran }),
      ...waitOf(example.wait),
      ...(couldBe && { couldBe: couldBe.reduce((bits, word) => bits | numberOf(Doubt, word), 0) }),
    },
  ]);
  const isOwn = isOwnCause(measure) || measure === 'irqline_off';
  return {
    ...{ id: '1-1', host: 'a', time: 0, monoNs: '0', measure, valueNs: 1_000_000, thresholdNs: 100_000 },
    ...{ cpu: 0, ...(isOwn ? { number, name } : { number: 0, name: '' }) },
    label: sourceLabel(measure, number, name),
    ...{ mode: 'kernel', task: task(RAN, name, policy), stack, sentence: '', culprit: '' },
    ...(victimPolicy && { victim: task(WAITED, 'waiter', victimPolicy) }),
    ...(!isOwn && measure !== 'irqsoff' && { parts: [part!] }),
  };
}
