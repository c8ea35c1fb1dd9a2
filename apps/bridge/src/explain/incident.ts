// Explains an incident: which of its spikes is the primary one, what the cause was, and what was late because of it.
import { formatExactDuration, visibleText } from '@rtprobe/metrics';
import {
  descriptorOf,
  type Incident,
  isOutside,
  type Measure,
  measureOfPart,
  type Spike,
  type SpikePart,
} from '@rtprobe/protocol';
import { irqLabel } from '@rtprobe/trace';
import { irqName, type Named, spoken, taskName } from './names.ts';
import {
  between,
  type CauseProof,
  capital,
  causeOf,
  claim,
  isOwnCause,
  mainCause,
  proofOfPart,
} from './sentence.ts';

/** Number of late sources and tasks that a sentence names; the others are counted. */
const LATE_NAMED = 5;

/** How well a spike proves its cause, in ascending order. */
const Proof = {
  /** Unaccounted. */
  none: 0,
  /** rtprobe itself: only the cause if nothing else is. */
  probe: 1,
  /** Suggested by the record, not proven. */
  suggested: 2,
  /** A task that was late itself within the incident. */
  lateItself: 3,
  proven: 4,
} as const;
type Proof = (typeof Proof)[keyof typeof Proof];

const isKnown = (proof: Proof): boolean => proof === Proof.probe || proof >= Proof.lateItself;

const proofOf = (proof: CauseProof): Proof => Proof[proof];

interface Evidence {
  spike: Spike;
  proof: Proof;
  /** Time that the cause is proven to have taken. */
  explainedNs: number;
  /** The spike is the cause's own time, not a value that was late because of it. */
  isOwn: boolean;
  outside: boolean;
  /** The part that is the cause, where a part is. */
  part?: SpikePart;
}

const sumOf = (parts: readonly SpikePart[] = []): number =>
  parts.reduce((sum, { kind, durationNs }) => (isOutside(kind) ? sum + durationNs : sum), 0);

/** Returns the largest time that something outside Linux took, by CPU. */
function outsideByCpu(spikes: readonly Spike[]): Map<number, number> {
  const longest = new Map<number, number>();
  for (const { cpu, parts } of spikes) longest.set(cpu, Math.max(longest.get(cpu) ?? 0, sumOf(parts)));
  return longest;
}

const isCauseItself = ({ measure }: Spike): boolean =>
  isOwnCause(measure) || measure === 'irqsoff' || measure === 'irqline_off';

/** `outsideNs`: time that something outside Linux took on this CPU within the incident. It is no time of a handler. */
function evidenceOf(spike: Spike, outsideNs: number, late: ReadonlySet<number>): Evidence {
  const found = (proof: Proof, explainedNs: number, more: Partial<Evidence> = {}): Evidence => ({
    ...{ spike, proof, explainedNs, isOwn: false, outside: false },
    ...more,
  });
  if (isCauseItself(spike)) {
    const own = (spike.bounds?.lowerNs || spike.valueNs) - outsideNs;
    return own > 0 ? found(Proof.proven, own, { isOwn: true }) : found(Proof.none, 0, { isOwn: true });
  }
  const largest = spike.parts?.[0];
  if (largest && largest.durationNs > 0) {
    const { kind, pid, durationNs } = largest;
    if (kind === 'probe') return found(Proof.probe, durationNs, { part: largest });
    const proof = proofOfPart(largest);
    if (proof === 'none') return found(Proof.none, 0);
    const ran = kind === 'task' || kind === 'irq_thread';
    const isLate = ran && pid !== undefined && late.has(pid);
    const outside = isOutside(kind);
    return found(isLate ? Proof.lateItself : proofOf(proof), durationNs, { part: largest, outside });
  }
  const cause = mainCause(spike);
  if (cause) return found(Proof.proven, cause.durationNs);
  const { proof } = causeOf(spike);
  return found(proofOf(proof), proof === 'none' ? 0 : spike.valueNs);
}

/** Compares by what they explain: the better one first. */
const byProof = (a: Evidence, b: Evidence): number =>
  b.proof - a.proof || b.explainedNs - a.explainedNs || b.spike.valueNs - a.spike.valueNs;

/** Of all spikes of the best cause, returns that of the cause's own time, else the one that explains most. */
function best(evidence: readonly Evidence[]): Evidence {
  const [first] = evidence.toSorted(byProof);
  const same = evidence.filter(
    ({ spike, proof }) => proof === first!.proof && spike.culprit === first!.spike.culprit,
  );
  return same.toSorted((a, b) => Number(b.isOwn) - Number(a.isOwn) || byProof(a, b))[0]!;
}

const tookCpu = (who: string, cpu: number, ns: number): string =>
  `${who} held CPU ${cpu} for ${formatExactDuration(ns)}`;

/** Returns a source for a sentence; softirqs are named as such. */
const sourceWords = (measure: Measure, named: Named): string =>
  `${descriptorOf(measure).source === 'softirq' ? 'softirq ' : ''}${spoken(measure, named)}`;

const offOn = (who: string, cpu: number, time: string): string =>
  `${who} disabled interrupts on CPU ${cpu} for ${time}`;

/** Returns what is certain of a part that does not prove what took its time. */
function partSuggests({ kind, number, name, durationNs }: SpikePart): string {
  const time = formatExactDuration(durationNs);
  // The counter proves the interrupts, not how long they took.
  if (kind === 'firmware') return `${number} SMI${number === 1 ? '' : 's'} took at most ${time} of that time`;
  const state = name ? `idle state ${visibleText(name)}` : 'an idle state';
  return `the CPU was in ${state} or leaving it for ${time}`;
}

/** Returns what a part did: "irq 34 rtprobe-edu held CPU 1 for 20.0 ms". */
function partHappened(part: SpikePart, cpu: number): string {
  const { kind, number, name, pid, durationNs } = part;
  const time = formatExactDuration(durationNs);
  const task = pid === undefined ? visibleText(name) : taskName({ comm: name, pid });
  switch (kind as string) {
    case 'nmi':
      return tookCpu('NMI handlers', cpu, durationNs);
    case 'irq_thread':
      return tookCpu(`the thread of ${irqName(number, name)}`, cpu, durationNs);
    case 'task':
      return `${task} ran on CPU ${cpu} for ${time}`;
    case 'irqs_off':
      return offOn(task, cpu, time);
    case 'idle_exit':
      return `CPU ${cpu} took ${time} to leave ${name ? `idle state ${visibleText(name)}` : 'idle'}`;
    case 'switch':
      return `the context switch on CPU ${cpu} took ${time}`;
    case 'host':
      return `the host did not run CPU ${cpu} for ${time}`;
    case 'steal':
      return `the hypervisor did not run CPU ${cpu} for ${time}`;
    case 'stall':
      return `CPU ${cpu} stalled for ${time}`;
    default: {
      const measure = measureOfPart(kind);
      return tookCpu(measure === undefined ? part.label : sourceWords(measure, part), cpu, durationNs);
    }
  }
}

/** Returns what the cause did, as a clause. */
function happened({ spike, part, proof, explainedNs }: Evidence): string {
  const { measure, cpu, mode, task } = spike;
  if (part && !isKnown(proof)) return `${claim(spike)}; ${partSuggests(part)}`;
  if (part) return partHappened(part, cpu);
  if (proof < Proof.proven) return `${claim(spike)}; its cause is not proven`;
  if (measure === 'irqsoff') {
    if (mode !== 'idle') return offOn(taskName(task), cpu, between(spike));
    return `interrupts were disabled on the idle CPU ${cpu} for ${between(spike)}`;
  }
  if (measure === 'irq_thread_duration') {
    return tookCpu(`the thread of ${irqName(spike.number, spike.name)}`, cpu, explainedNs);
  }
  if (measure === 'irqline_off' || measure === 'stolen') return claim(spike);
  if (isCauseItself(spike)) return tookCpu(sourceWords(measure, spike), cpu, explainedNs);
  const cause = mainCause(spike);
  if (cause) return tookCpu(spoken(cause.measure, cause), cpu, cause.durationNs);
  return offOn(taskName(task), cpu, formatExactDuration(explainedNs));
}

/** Returns what was late; undefined for a spike of time that something took. */
function lateName({ measure, number, label, victim, task }: Spike): string | undefined {
  switch (measure) {
    case 'timer_latency':
      return 'the timer';
    case 'thread_latency':
      return 'the probe thread';
    case 'wakeup_latency':
    case 'irq_to_task':
    case 'stolen':
      return taskName(victim ?? task);
    case 'irq_thread_latency':
      return `the thread of ${irqLabel(number)}`;
    case 'softirq_latency':
      return `softirq ${visibleText(label)}`;
    default:
      return descriptorOf(measure).semantics === 'latency' ? visibleText(label) : undefined;
  }
}

function listed(names: readonly string[]): string {
  const more = names.length - LATE_NAMED;
  if (more <= 1) return names.join(', ');
  return `${names.slice(0, LATE_NAMED).join(', ')} and ${more} more`;
}

/** Returns the second clause: what was late because of the first. */
function lateBecause(evidence: Evidence, spikes: readonly Spike[], everywhere: string): string {
  const unproven = !isKnown(evidence.proof);
  const others = unproven || evidence.isOwn ? spikes.filter((spike) => spike !== evidence.spike) : spikes;
  const names = [...new Set(others.map(lateName).filter((name) => name !== undefined))];
  if (names.length === 0) return everywhere === '' ? '' : `; seen on ${everywhere}`;
  // That every CPU was late describes the incident. It does not prove that one CPU's handler made the others late.
  if (everywhere !== '') return `; late at the same time on ${everywhere}: ${listed(names)}`;
  return `; ${unproven ? 'also late' : 'late because of it'}: ${listed(names)}`;
}

/** Returns the words of an incident. `spikes`: all of them, by time. */
export function explainIncident(
  spikes: readonly Spike[],
): Pick<Incident, 'primary' | 'measure' | 'culprit' | 'origin' | 'sentence'> {
  const outside = outsideByCpu(spikes);
  const late = new Set(spikes.flatMap(({ victim }) => (victim && victim.pid !== 0 ? [victim.pid] : [])));
  const evidence = spikes.map((spike) => evidenceOf(spike, outside.get(spike.cpu) ?? 0, late));
  const primary = best(evidence);
  const { id, measure, culprit, onlineCpus } = primary.spike;
  const cpus = new Set(spikes.map(({ cpu }) => cpu)).size;
  const isEverywhere = onlineCpus !== undefined && onlineCpus > 1 && cpus >= onlineCpus;
  const everywhere = isEverywhere ? `${cpus} of ${onlineCpus} CPUs` : '';
  const origin = !isKnown(primary.proof) ? 'unproven' : primary.outside ? 'outside' : 'linux';
  const sentence = `${capital(happened(primary))}${lateBecause(primary, spikes, everywhere)}.`;
  return { primary: id, measure, culprit, origin, sentence };
}
