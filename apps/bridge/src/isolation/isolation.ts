// Answers what interrupted the isolated CPUs of a host. Counts, sums and times are those of the rows.
import { inCpuList } from '@rtprobe/metrics';
import {
  descriptorOf,
  type Expectation,
  type HostStats,
  type Interference,
  type InterferenceKind,
  type IsolatedCpu,
  type Isolation,
  type IsolationReason,
  isOutside,
  type Measure,
  measureOfPart,
  partWords,
  type Rule,
  type Spike,
  type SpikePart,
  type UnixMicros,
  type Unseen,
} from '@rtprobe/protocol';
import { decidingRule, expectationText } from '../expect/expectation.ts';
import type { HostView } from '../host/view.ts';
import type { HostState } from '../state/host-state.ts';
import type { Row } from '../state/row-table.ts';
import { cpusOfList, listedCpus } from './cpus.ts';
import { ownTaskOf, type TaskRuns } from './task-runs.ts';
import type { HostWatch } from './watch.ts';

const KINDS: Readonly<Partial<Record<Measure, InterferenceKind>>> = {
  hardirq_duration: 'hardirq',
  vector_duration: 'vector',
  softirq_duration: 'softirq',
  irq_thread_duration: 'irq_thread',
};
/** Measures for which the module's timer runs. */
const TIMED: readonly Measure[] = [
  ...(['timer_latency', 'thread_latency', 'irqsoff', 'preemptoff', 'softirqsoff'] as const),
];
/** Names of the interrupt that the timer of the module is part of: on x86 a vector, on arm64 an irq. */
const isTimerInterrupt = ({ label, name }: Interference): boolean => label === 'LOC' || name === 'arch_timer';

const sourceKey = (measure: Measure, number: number, name: string): string =>
  descriptorOf(measure).source === 'irq' ? `${measure} ${number} ${name}` : `${measure} ${number}`;

type Evidence = Pick<Interference, 'spike' | 'function' | 'sender'>;

/** The newest spike of each source on a CPU, the function that took most of it, and what asked for the function. */
function evidenceOf(spikes: readonly Spike[]): Map<string, Evidence> {
  const found = new Map<string, Evidence>();
  const add = (key: string, spike: Spike, part?: SpikePart) => {
    const before = found.get(key);
    if (before?.function !== undefined) return;
    const { callback, sender } = part ?? {};
    found.set(key, {
      spike: before?.spike ?? spike.id,
      ...(callback && { function: callback.function, ...(sender && { sender }) }),
    });
  };
  for (const spike of spikes.toReversed()) {
    for (const part of spike.parts ?? []) {
      const measure = measureOfPart(part.kind);
      if (measure) add(sourceKey(measure, part.number, part.name), spike, part);
      else if (part.kind === 'task') add(`task ${part.pid ?? ''}`, spike, part);
    }
    add(sourceKey(spike.measure, spike.number, spike.name), spike);
  }
  return found;
}

/** Interrupts, softirqs and IRQ threads: one for each row. */
function ofRows(rows: readonly Row[], { sources }: HostState): Interference[] {
  return rows.flatMap((row) => {
    const source = sources.get(row.source);
    const kind = source && KINDS[source.measure];
    const count = row.count + row.none;
    if (!source || !kind || count === 0) return [];
    const { measure, number, name, label } = source;
    return {
      ...{ kind, measure, number, name, label, count, totalNs: row.sum },
      ...(row.count > 0 && { worstNs: row.max }),
      ...(row.changedAt !== undefined && { lastAt: row.changedAt }),
    };
  });
}

const isIrqThread = ({ task }: TaskRuns): boolean => task.kthread && task.comm.startsWith('irq/');

function ofTasks(
  runs: readonly TaskRuns[],
  own: number | undefined,
  rowsHaveIrqThreads: boolean,
): Interference[] {
  const tasks = runs.filter(
    (one) => one.runs > 0 && one.task.tgid !== own && !(rowsHaveIrqThreads && isIrqThread(one)),
  );
  const list: Interference[] = tasks.map(({ task, runs: count, runtimeNs, lastAt }) => ({
    kind: task.kthread ? 'kthread' : 'task',
    ...{ number: task.pid, name: task.comm, label: task.comm, task, count, totalNs: runtimeNs },
    ...(lastAt !== undefined && { lastAt }),
  }));
  const nmis = runs.filter((one) => one.nmis > 0);
  if (nmis.length === 0) return list;
  const times = nmis.flatMap(({ lastNmiAt }) => lastNmiAt ?? []);
  const sum = (of: (one: TaskRuns) => number) => nmis.reduce((all, one) => all + of(one), 0);
  list.push({
    ...{ kind: 'nmi', number: 0, name: '', label: partWords.nmi.title },
    ...{ count: sum((one) => one.nmis), totalNs: sum((one) => one.nmiNs) },
    worstNs: Math.max(...nmis.map(({ nmiMaxNs }) => nmiMaxNs)),
    ...(times.length > 0 && { lastAt: Math.max(...times) }),
  });
  return list;
}

/** Time that Linux did not have, as far as spikes contain it. */
function ofStops(spikes: readonly Spike[]): Interference[] {
  const byKind = new Map<string, Interference>();
  for (const { parts = [], id, time } of spikes) {
    for (const { kind, durationNs } of parts) {
      if (!isOutside(kind) || durationNs === 0) continue;
      const before = byKind.get(kind);
      byKind.set(kind, {
        ...{ kind: 'stop', number: 0, name: kind, label: partWords[kind].title },
        count: (before?.count ?? 0) + 1,
        totalNs: (before?.totalNs ?? 0) + durationNs,
        worstNs: Math.max(before?.worstNs ?? 0, durationNs),
        ...{ lastAt: time, spike: id },
      });
    }
  }
  return [...byKind.values()];
}

/** How often the module's own timer interrupts a CPU: only if it is active, and for measures that need the timer. */
function ownTimerPerSecond({ config }: HostState, cpu: number): number {
  if (!config?.measures.some((measure) => TIMED.includes(measure))) return 0;
  return config.cpus === undefined || inCpuList(config.cpus, cpu) ? 1e9 / config.periodNs : 0;
}

function ownTimerCount(rows: readonly Row[], { sources }: HostState): number {
  return rows.find(({ source }) => sources.get(source)?.measure === 'timer_latency')?.count ?? 0;
}

/** Takes the module's own timer out of the interrupt that it is part of. */
function withoutOwnTimer(all: Interference[], own: number): Interference[] {
  return all.flatMap((one) => {
    if (own === 0 || !isTimerInterrupt(one)) return [one];
    const ownCount = Math.min(own, one.count);
    return one.count === ownCount ? [] : [{ ...one, count: one.count - ownCount, ownCount }];
  });
}

const newestFirst = (a: Interference, b: Interference): number =>
  (b.lastAt ?? 0) - (a.lastAt ?? 0) || b.totalNs - a.totalNs;

interface Facts {
  state: HostState;
  /** By CPU. */
  rows: ReadonlyMap<number, readonly Row[]>;
  watch: HostWatch;
  stats: HostStats | undefined;
  online: string;
  since: UnixMicros;
  /** Set while no data arrive. */
  disconnected: UnixMicros | undefined;
}

/** Returns the newest reason why not everything on a CPU was seen since a time. */
function unseenOf(facts: Facts, cpu: number, from: UnixMicros): Unseen | undefined {
  const { state, watch, online, disconnected } = facts;
  const at = state.lastDataAt ?? facts.since;
  if (!inCpuList(online, cpu)) return { why: 'offline', at };
  if (ownTimerPerSecond(state, cpu) > 0) return { why: 'own_timer', at };
  if (disconnected !== undefined) return { why: 'disconnected', at: disconnected };
  return watch.unseen && watch.unseen.at >= from ? watch.unseen : undefined;
}

function isolatedCpu(facts: Facts, cpu: number, why: IsolationReason[]): IsolatedCpu {
  const { state, watch, stats, since } = facts;
  const rows = facts.rows.get(cpu) ?? [];
  const spikes = state.spikes.all.filter((spike) => spike.cpu === cpu && spike.time >= since);
  const runs = watch.tasks.of(cpu).filter(({ task }) => task.own !== true);
  const ownTask = ownTaskOf(runs, (state.lastDataAt ?? since) - since);
  const rowsHaveIrqThreads = state.config?.measures.includes('irq_thread_duration') === true;
  const perSecond = ownTimerPerSecond(state, cpu);
  const ownCount = ownTimerCount(rows, state);
  const evidence = evidenceOf(spikes);
  const interference = withoutOwnTimer(
    [...ofRows(rows, state), ...ofTasks(runs, ownTask?.tgid, rowsHaveIrqThreads), ...ofStops(spikes)].map(
      (one) => ({
        ...evidence.get(one.measure ? sourceKey(one.measure, one.number, one.name) : `task ${one.number}`),
        ...one,
      }),
    ),
    ownCount,
  ).sort(newestFirst);
  const newest = interference[0];
  const { watchedSince } = watch.tasks;
  // What ran before the bridge first read the tasks is unknown.
  const begin = watchedSince === undefined ? (state.lastDataAt ?? since) : Math.max(watchedSince, since);
  const quietSince = Math.max(begin, newest?.lastAt ?? 0);
  const unseen = unseenOf(facts, cpu, quietSince);
  const cost = stats?.cost?.find((one) => one.cpu === cpu);
  return {
    ...{ cpu, why, quietSince, interference },
    ...(newest?.lastAt === quietSince && {
      brokenBy: { kind: newest.kind, label: newest.label, name: newest.name },
    }),
    ...(unseen && { unseen }),
    ...(ownTask && { ownTask }),
    ...{ ownTimerPerSecond: perSecond, ownTimerCount: ownCount },
    ...(cost && { ownCost: { events: cost.events, timeNs: cost.timeNs } }),
  };
}

/** Kinds that no rule counts. */
const UNRULED: readonly InterferenceKind[] = ['kthread', 'task', 'nmi', 'stop'];

function expectationsOf(facts: Facts, cpus: readonly IsolatedCpu[]): Expectation[] {
  const { state, watch } = facts;
  const describe = (rule: Rule): Expectation[] => {
    const expected = state.expectationOf(rule);
    if (!expected) return [];
    const text = expectationText(expected);
    const since = watch.rulesSince.get(rule.id) ?? facts.since;
    const unseen = expected.cpus.flatMap((cpu) => unseenOf(facts, cpu, since) ?? [])[0];
    const decidedBy = decidingRule(state.rules, rule, expected)?.id;
    const others = cpus
      .filter(({ cpu }) => expected.cpus.includes(cpu))
      .flatMap(({ interference }) => interference)
      .filter(({ kind, lastAt }) => UNRULED.includes(kind) && lastAt !== undefined && lastAt > since).length;
    const broken = state.spikes.all.filter((spike) => spike.rule === rule.id && spike.breaks === text);
    const newest = broken.at(-1);
    const last = newest && state.incidents.of(newest.id);
    return [
      {
        ...{ id: rule.id, text, cpus: rule.cpus ?? '', aboveNs: expected.aboveNs },
        ...{ breaches: rule.hits, uncaptured: rule.limited, others },
        ...(unseen && { unseen }),
        ...(decidedBy !== undefined && { decidedBy }),
        brokenOn: [...new Set(broken.map(({ cpu }) => cpu))].sort((a, b) => a - b),
        ...(last && {
          last: {
            ...{ incident: last.id, time: last.time, valueNs: last.valueNs, sentence: last.sentence },
            cpu: newest.cpu,
            ...(last.zh && { zh: last.zh.sentence }),
          },
        }),
      },
    ];
  };
  return state.rules.flatMap(describe);
}

/** `chosen`: CPUs to list in addition to the isolated ones, as a list. */
export function isolationOf(host: HostView, watch: HostWatch, chosen = ''): Isolation {
  const { info, state, stats } = host;
  const online = info.cpusOnline ?? '';
  const { runStartedAt, lastDataAt } = state;
  const { watchedSince } = watch.tasks;
  const since = runStartedAt ?? watchedSince ?? lastDataAt ?? 0;
  const isAway = info.state === 'offline' || info.state === 'stale';
  const disconnected = isAway ? (lastDataAt ?? since) : undefined;
  const rows = Map.groupBy(state.rows.all, (row) => row.cpu);
  const facts: Facts = { state, rows, watch, stats, online, since, disconnected };
  const listed = listedCpus(
    host,
    cpusOfList(online).filter((cpu) => inCpuList(chosen, cpu)),
  );
  const cpus =
    lastDataAt === undefined ? [] : Array.from(listed, ([cpu, why]) => isolatedCpu(facts, cpu, why));
  return {
    host: host.name,
    ...(runStartedAt !== undefined && { since: runStartedAt }),
    ...(watchedSince !== undefined && { watchedSince }),
    ...(lastDataAt !== undefined && { until: lastDataAt }),
    // A gap that began before another load of the module is not one of these counts.
    gaps: watch.gaps.filter(({ from }) => from >= since),
    ...{ online, cpus, expectations: expectationsOf(facts, cpus) },
  };
}
