// The chain of causation of a spike: what raised what, which task woke which, which had the CPU, and which lock was
// waited for. The chain contains a step only if the trace contains its event.
import { descriptorOf, type PartKind, type Spike, type Trace } from '@rtprobe/protocol';
import { callbackText, softirqLabel, sourceLabel, taskLabel } from './label.ts';
import { lockLabel } from './marks.ts';
import { sharesOf } from './net.ts';
import { durationOf, type Slice, type SliceKind } from './slice.ts';
import { eventsOf, type TraceEventAt, TraceIndex } from './trace-index.ts';

export interface ChainNode {
  /** timer: the CPU's probe timer; cpu: interrupts, tasks or softirqs of a CPU; irqs_off: a task that disabled interrupts. */
  kind: SliceKind | 'timer' | 'cpu' | 'lock';
  label: string;
  /** Action, vector or task; hostile text, may be empty. */
  name: string;
  cpu?: number;
  number?: number;
  pid?: number;
  /** The function that ran in it: "hrtimer tick_nohz_handler". */
  callback?: string;
}

export interface ChainStep {
  from: ChainNode;
  to: ChainNode;
  /**
   * asked: `from` asked for the function of `to`. held: `from` had the CPU while `to` waited for it. waited: `from` waited
   * for the lock `to`.
   */
  how: 'raised' | 'woke' | 'asked' | 'held' | 'waited';
  /** ns since the trace's origin. */
  at: number;
  /** raised, woke, asked: until `to` ran. held: net time on the CPU. waited: until the lock was acquired. */
  durationNs: number;
}

/** Maximum number of steps back from the end of the chain. */
const DEPTH_MAX = 8;
/** Maximum number of tasks and handlers that are listed as holding the CPU; those with less time are omitted. */
const HELD_MAX = 6;

type SpikeOfChain = Pick<Spike, 'measure' | 'cpu' | 'number' | 'name' | 'label' | 'task' | 'victim'>;

function nodeOf(slice: Slice): ChainNode {
  const { kind, name, cpu, number, pid, callback } = slice;
  const label = kind !== 'irqs_off' || name === '' ? slice.label : `${slice.label} in ${name}`;
  return {
    ...{ kind, label, name, cpu, number },
    ...(pid !== undefined && { pid }),
    ...(callback && { callback: callbackText(callback).en }),
  };
}

/** The slices that are parts of a kind; those of an IRQ thread belong to its task. */
const KIND_OF_PART: Readonly<Partial<Record<PartKind, SliceKind>>> = {
  hardirq: 'irq',
  vector: 'vector',
  softirq: 'softirq',
};

class ChainReader {
  readonly #trace: Trace;
  readonly #index: TraceIndex;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#index = new TraceIndex(trace);
  }

  read(spike: SpikeOfChain): ChainStep[] {
    const pid = this.#targetPid(spike);
    if (pid !== undefined && spike.measure === 'preemption_latency') return this.#ofPreempted(pid, spike.cpu);
    if (pid !== undefined) return this.#ofTask(pid);
    const { source, semantics, part } = descriptorOf(spike.measure);
    if (part !== undefined) return this.#ofDuration(spike);
    if (source === 'softirq' && semantics === 'latency') return this.#ofSoftirq(spike);
    switch (spike.measure) {
      case 'timer_latency':
        return this.#held(
          spike.cpu,
          { kind: 'timer', label: sourceLabel(spike.measure, 0, ''), name: '', cpu: spike.cpu },
          ['nmi', 'irq', 'vector', 'probe', 'irqs_off'],
        );
      case 'irqsoff':
        return this.#held(
          spike.cpu,
          { kind: 'cpu', label: `interrupts of CPU ${spike.cpu}`, name: '', cpu: spike.cpu },
          ['irqs_off', 'irq', 'vector', 'probe', 'nmi'],
        );
      case 'preemptoff':
        return this.#held(spike.cpu, {
          ...{ kind: 'cpu', label: `other tasks of CPU ${spike.cpu}`, name: '', cpu: spike.cpu },
        });
      case 'softirqsoff':
        return this.#held(spike.cpu, {
          ...{ kind: 'cpu', label: `softirqs of CPU ${spike.cpu}`, name: '', cpu: spike.cpu },
        });
      default:
        return [];
    }
  }

  /** Returns the pid of the task that waited: the victim, or the IRQ thread by its name. */
  #targetPid(spike: SpikeOfChain): number | undefined {
    if (spike.victim) return spike.victim.pid;
    if (spike.measure !== 'irq_thread_latency') return undefined;
    const thread = Object.entries(this.#trace.tasks).find(([, task]) =>
      task.comm.startsWith(`irq/${spike.number}-`),
    );
    return thread && Number(thread[0]);
  }

  #taskNode(pid: number): ChainNode {
    const task = this.#trace.tasks[pid];
    const kind = pid === 0 ? 'idle' : 'task';
    return { kind, label: taskLabel(pid, task), name: task?.comm ?? '', pid };
  }

  #ofTask(pid: number): ChainStep[] {
    const { windowFromNs, windowToNs } = this.#trace;
    const waking = this.#index.lastWaking(pid, windowToNs);
    const ran = this.#index.switchTo(pid, waking?.at ?? windowFromNs);
    const from = Math.max(waking?.at ?? windowFromNs, windowFromNs);
    const until = Math.min(ran?.at ?? windowToNs, windowToNs);
    const held = ran ? this.#heldBetween(ran.cpu, from, until, this.#taskNode(pid)) : [];
    return [...this.#waits(pid), ...this.#wokenBy(pid, windowToNs, DEPTH_MAX), ...held];
  }

  /** Returns what held the CPUs on which a preempted task waited: where it was switched out, and where it moved to. */
  #ofPreempted(pid: number, lastCpu: number): ChainStep[] {
    const { windowFromNs, windowToNs } = this.#trace;
    const to = this.#taskNode(pid);
    const moves = eventsOf(this.#trace, 'migrate').filter(
      (move) => move.pid === pid && move.at >= windowFromNs && move.at <= windowToNs,
    );
    const left = this.#index.switches.findLast((e) => e.pid2 === pid && e.at <= windowToNs);
    const from = [left?.cpu ?? lastCpu, ...moves.map(({ number }) => number)];
    const at = [windowFromNs, ...moves.map((move) => move.at), windowToNs];
    return from.flatMap((cpu, i) => this.#heldBetween(cpu, at[i]!, at[i + 1]!, to));
  }

  /** Returns the steps that led to the wakeup of a task, oldest first. */
  #wokenBy(pid: number, until: number, depth: number): ChainStep[] {
    const waking = depth > 0 ? this.#index.lastWaking(pid, until) : undefined;
    const waker = waking && this.#index.contextAt(waking.cpu, waking.at);
    if (!waking || !waker) return [];
    const ran = Math.min(this.#index.switchTo(pid, waking.at)?.at ?? until, this.#trace.windowToNs);
    const step: ChainStep = {
      from: nodeOf(waker),
      to: this.#taskNode(pid),
      how: 'woke',
      at: waking.at,
      durationNs: Math.max(0, ran - waking.at),
    };
    return [...this.#before(waker, waking.at, depth - 1), step];
  }

  /** Returns the steps that led to the run of a slice. */
  #before(slice: Slice, at: number, depth: number): ChainStep[] {
    const asked = this.#askedBy(slice, depth);
    if (asked.length > 0) return asked;
    if (slice.kind === 'softirq') return this.#raisedBy(slice, depth);
    if (slice.kind !== 'task') return [];
    return this.#wokenBy(slice.pid!, Math.min(at - 1, slice.startNs), depth);
  }

  /** Returns the steps that led to a function, up to the request for it; none if the trace does not contain that. */
  #askedBy(slice: Slice, depth: number): ChainStep[] {
    const request = depth > 0 ? this.#index.requestOf(slice) : undefined;
    const asker = request && this.#index.contextAt(request.cpu, request.at);
    if (!request || !asker) return [];
    const step: ChainStep = {
      from: nodeOf(asker),
      to: nodeOf(slice),
      how: 'asked',
      at: request.at,
      durationNs: Math.max(0, slice.enteredNs! - request.at),
    };
    return [...this.#before(asker, request.at, depth - 1), step];
  }

  #raisedBy(softirq: Slice, depth: number): ChainStep[] {
    if (depth <= 0 || softirq.begin !== 'seen') return [];
    const raise = this.#index.raiseOf(softirq);
    const raiser = raise && this.#index.contextAt(raise.cpu, raise.at);
    if (!raise || !raiser) return [];
    const step: ChainStep = {
      from: nodeOf(raiser),
      to: nodeOf(softirq),
      how: 'raised',
      at: raise.at,
      durationNs: softirq.startNs - raise.at,
    };
    return [...this.#before(raiser, raise.at, depth - 1), step];
  }

  /** Returns the locks that the task waited for, if the end of the wait was recorded. */
  #waits(pid: number): ChainStep[] {
    const begins = eventsOf(this.#trace, 'contention_begin');
    const ends = eventsOf(this.#trace, 'contention_end');
    const mine = (e: TraceEventAt) => {
      const slice = this.#index.contextAt(e.cpu, e.at);
      return slice?.pid === pid && (slice.kind === 'task' || slice.kind === 'softirq');
    };
    return begins.filter(mine).flatMap((begin) => {
      const end = ends.find((e) => e.arg === begin.arg && e.at >= begin.at && mine(e));
      if (!end || end.at < this.#trace.windowFromNs) return [];
      const label = lockLabel(this.#trace, begin.arg);
      const to: ChainNode = { kind: 'lock', label, name: '', number: begin.arg };
      return [{ from: this.#taskNode(pid), to, how: 'waited', at: begin.at, durationNs: end.at - begin.at }];
    });
  }

  #held(cpu: number, to: ChainNode, kinds?: readonly SliceKind[]): ChainStep[] {
    const { windowFromNs, windowToNs } = this.#trace;
    return this.#heldBetween(cpu, windowFromNs, windowToNs, to, kinds);
  }

  /** Returns what held a CPU, and before it the requests for the functions that did. Without `kinds`, all of it. */
  #heldBetween(
    cpu: number,
    from: number,
    until: number,
    to: ChainNode,
    kinds?: readonly SliceKind[],
  ): ChainStep[] {
    const held = sharesOf(this.#index.slices, cpu, from, until)
      .filter(({ slice }) => slice.kind !== 'idle' && !(slice.kind === 'task' && slice.pid === to.pid))
      .filter(({ slice }) => kinds?.includes(slice.kind) !== false)
      .filter(
        ({ slice }) => !(slice.kind === 'softirq' && to.kind === 'softirq' && slice.number === to.number),
      )
      .slice(0, HELD_MAX);
    return [
      ...held.flatMap(({ slice }) => this.#askedBy(slice, 1)),
      ...held.map(({ slice, at, netNs }): ChainStep => {
        return { from: nodeOf(slice), to, how: 'held', at, durationNs: netNs };
      }),
    ];
  }

  #ofSoftirq(spike: SpikeOfChain): ChainStep[] {
    const { windowFromNs, windowToNs } = this.#trace;
    const ran = this.#index.slices.find(
      (s) =>
        s.kind === 'softirq' && s.cpu === spike.cpu && s.number === spike.number && s.endNs >= windowToNs,
    );
    const to: ChainNode = {
      ...{
        kind: 'softirq',
        label: softirqLabel(spike.number),
        name: '',
        cpu: spike.cpu,
        number: spike.number,
      },
    };
    const raised = ran ? this.#raisedBy(ran, DEPTH_MAX) : [];
    return [...raised, ...this.#heldBetween(spike.cpu, windowFromNs, windowToNs, to)];
  }

  /** Returns the function that ran for most of a slice; nothing if none did. */
  #mostIn({ kind, cpu, startNs, endNs }: Slice): Pick<Slice, 'callback'> {
    const most = sharesOf(this.#index.slices, cpu, startNs, endNs).find(
      ({ slice }) => slice.kind === kind && slice.callback !== undefined,
    );
    if (!most?.slice.callback || most.netNs * 2 < endNs - startNs) return {};
    return { callback: most.slice.callback };
  }

  /** Returns the step of a duration: its source held the CPU of the task it interrupted. */
  #ofDuration(spike: SpikeOfChain): ChainStep[] {
    const { windowToNs } = this.#trace;
    const kind = KIND_OF_PART[descriptorOf(spike.measure).part ?? 'other'];
    const slice = this.#index.slices.findLast(
      (s) =>
        s.cpu === spike.cpu &&
        s.callback === undefined &&
        (kind
          ? s.kind === kind && s.number === spike.number
          : s.kind === 'task' && s.pid === spike.task.pid) &&
        s.startNs < windowToNs &&
        s.endNs >= windowToNs,
    );
    if (!slice) return [];
    const before = this.#before(slice, slice.startNs, DEPTH_MAX);
    if (!kind) return before;
    const held: ChainStep = {
      from: nodeOf({ ...slice, ...this.#mostIn(slice) }),
      to: this.#taskNode(spike.task.pid),
      how: 'held',
      at: slice.startNs,
      durationNs: durationOf(slice),
    };
    const [longest] = sharesOf(this.#index.slices, slice.cpu, slice.startNs, slice.endNs);
    return [...before, ...(longest ? this.#askedBy(longest.slice, DEPTH_MAX) : []), held];
  }
}

/**
 * Returns the chain of a spike: waits, then raises, wakeups and requests in order of time, then who held the CPU, longest
 * first.
 */
export function chainOf(trace: Trace, spike: SpikeOfChain): ChainStep[] {
  return new ChainReader(trace).read(spike);
}
