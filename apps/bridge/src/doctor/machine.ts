// A machine as its facts describe it.
import { cpuList } from '@rtprobe/metrics';
import type { DoctorEvidence } from '@rtprobe/protocol';
import type { Facts, FactsTask } from './facts.ts';
import { type Reason, unknown, type Verdict } from './verdict.ts';

const CPUS_MAX = 65_536;
const VALUE_SHOWN = 400;
const TASKS_SHOWN = 8;
const FIFO = 1;
const ROUND_ROBIN = 2;
const DEADLINE = 6;

export const POLICY_NAMES: Readonly<Record<number, string>> = {
  ...{ 0: 'SCHED_OTHER', [FIFO]: 'SCHED_FIFO', [ROUND_ROBIN]: 'SCHED_RR', 3: 'SCHED_BATCH', 5: 'SCHED_IDLE' },
  ...{ [DEADLINE]: 'SCHED_DEADLINE', 7: 'SCHED_EXT' },
};

export const isRealTime = ({ policy }: FactsTask): boolean =>
  policy === FIFO || policy === ROUND_ROBIN || policy === DEADLINE;

/** A deadline task precedes every task with a priority. */
export const rankOf = (task: FactsTask): number => (task.policy === DEADLINE ? 100 : task.priority);

/** A file that a pattern found. */
export interface Match {
  path: string;
  /** What the first `*` stands for. */
  name: string;
  text: string;
}

/** Returns the CPUs of a list such as "0-3,6"; undefined if it is none. */
export function cpusOf(list: string): Set<number> | undefined {
  const cpus = new Set<number>();
  if (list.trim() === '' || list.trim() === '(null)') return cpus;
  for (const part of list.trim().split(',')) {
    const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    for (let cpu = Number(first); cpu <= Number(last) && cpu < CPUS_MAX; cpu++) cpus.add(cpu);
  }
  return cpus;
}

/** Returns the CPUs of a mask such as "ff,00000003"; undefined if it is none. */
export function cpusOfMask(mask: string): Set<number> | undefined {
  const digits = mask.trim().replaceAll(',', '');
  if (!/^[0-9a-f]{1,16384}$/i.test(digits)) return undefined;
  const cpus = new Set<number>();
  for (let i = 0; i < digits.length; i++) {
    const value = Number.parseInt(digits[digits.length - 1 - i]!, 16);
    for (let bit = 0; bit < 4; bit++) if (value & (1 << bit)) cpus.add(i * 4 + bit);
  }
  return cpus;
}

export const overlap = (a: ReadonlySet<number>, b: ReadonlySet<number>): number[] =>
  [...a].filter((cpu) => b.has(cpu));

export const listOf = (cpus: Iterable<number>): string => cpuList([...cpus].sort((a, b) => a - b));

export class Machine {
  readonly facts: Facts;
  /** Parameters of the kernel's command line. A parameter without a value is empty. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The task that others are compared with. */
  readonly application: FactsTask | undefined;
  /** The name that the user gave for it. */
  readonly taskName: string | undefined;

  constructor(facts: Facts, taskName?: string) {
    this.facts = facts;
    this.taskName = taskName;
    const own = facts.tasks.filter(
      (task) => !task.kernel && (taskName === undefined ? isRealTime(task) : task.name === taskName),
    );
    this.application = own.sort((a, b) => rankOf(b) - rankOf(a))[0];
    const words = (this.text('/proc/cmdline') ?? '').split(/\s+/).filter((word) => word !== '');
    this.parameters = new Map(
      words.map((word) => {
        const equals = word.indexOf('=');
        return equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
      }),
    );
  }

  /** Undefined if that is unknown. */
  get isX86(): boolean | undefined {
    const { machine } = this.facts;
    if (machine !== undefined) return /^(x86_64|i.86)$/.test(machine);
    const info = this.text('/proc/cpuinfo');
    return info === undefined ? undefined : /^flags\s*:/m.test(info);
  }

  get isPreemptRt(): boolean {
    return (
      this.text('/sys/kernel/realtime') === '1' || /PREEMPT[_ ]RT/.test(this.text('/proc/version') ?? '')
    );
  }

  /** Returns the text of a file; undefined if it was not read. */
  text(path: string): string | undefined {
    const value = Object.hasOwn(this.facts.files, path) ? this.facts.files[path] : undefined;
    if (typeof value === 'string') return value;
    return value && 'text' in value ? value.text : undefined;
  }

  /** Returns "ENOENT" and the like; undefined if the file was read. */
  error(path: string): string | undefined {
    if (this.text(path) !== undefined) return undefined;
    const value = Object.hasOwn(this.facts.files, path) ? this.facts.files[path] : undefined;
    return typeof value === 'object' && 'error' in value ? value.error : 'ENOENT';
  }

  /** Returns a number that is the text of a file. */
  number(path: string): number | undefined {
    const text = this.text(path);
    return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  }

  file(path: string): DoctorEvidence {
    return { source: path, value: (this.text(path) ?? this.error(path)!).slice(0, VALUE_SHOWN) };
  }

  parameter(name: string): DoctorEvidence {
    const value = this.parameters.get(name);
    const word = value === '' ? name : `${name}=${value}`;
    return {
      source: '/proc/cmdline',
      value: value === undefined ? `no ${name}` : word.slice(0, VALUE_SHOWN),
    };
  }

  /** Returns the files that a pattern with one or two `*` found. */
  matching(pattern: string): Match[] {
    const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '([^/]*)')}$`);
    return Object.keys(this.facts.files).flatMap((path) => {
      const [, name] = expression.exec(path) ?? [];
      const text = this.text(path);
      return name === undefined || text === undefined ? [] : [{ path, name, text }];
    });
  }

  /** Returns one line for each value of the files that a pattern found: "/sys/…/policy{0-3}/scaling_governor". */
  grouped(pattern: string, matches: readonly Match[] = this.matching(pattern)): DoctorEvidence[] {
    const byValue = new Map<string, Match[]>();
    for (const match of matches) byValue.set(match.text, [...(byValue.get(match.text) ?? []), match]);
    return Array.from(byValue, ([value, of]) => {
      const numbers = of.map(({ name }) => name.match(/^\d+$/)?.[0]);
      const all = numbers.every((number) => number !== undefined)
        ? listOf(numbers.map(Number))
        : of.map(({ name }) => name).join(',');
      const source = of.length === 1 ? of[0]!.path : pattern.replace('*', `{${all.slice(0, 120)}}`);
      return { source, value: value.slice(0, VALUE_SHOWN) };
    });
  }

  /** Says that a file is needed and was not read. */
  missing(path: string): Verdict {
    return unknown(this.reasonFor(path));
  }

  reasonFor(path: string): Reason {
    const error = this.error(path) ?? 'ENOENT';
    if (error === 'ENOENT' || error === 'ENOTDIR')
      return { en: `${path} does not exist on this machine`, zh: `该机器上没有 ${path}` };
    if (error === 'EACCES' || error === 'EPERM')
      return {
        en: `${path} may be read by root only; collect as root: sudo rtprobectl doctor --json`,
        zh: `只有 root 可以读取 ${path}；请以 root 收集：sudo rtprobectl doctor --json`,
      };
    return { en: `${path} could not be read (${error})`, zh: `无法读取 ${path} (${error})` };
  }

  /** Isolated CPUs, by isolcpus= or a cpuset partition. */
  get isolated(): Set<number> {
    return cpusOf(this.text('/sys/devices/system/cpu/isolated') ?? '') ?? new Set();
  }

  get nohzFull(): Set<number> {
    return cpusOf(this.text('/sys/devices/system/cpu/nohz_full') ?? '') ?? new Set();
  }

  /** CPUs that are to be quiet, by either. */
  get quiet(): Set<number> {
    return new Set([...this.isolated, ...this.nohzFull]);
  }

  get isolationEvidence(): DoctorEvidence[] {
    return ['isolated', 'nohz_full'].map((name) => this.file(`/sys/devices/system/cpu/${name}`));
  }

  kernelTasks(fits: (task: FactsTask) => boolean): FactsTask[] {
    return this.facts.tasks.filter((task) => task.kernel && fits(task));
  }
}

/** Returns the evidence of tasks: the first ones, and how many more there are. */
export function taskEvidence(tasks: readonly FactsTask[]): DoctorEvidence[] {
  const shown = tasks.slice(0, TASKS_SHOWN).map((task) => {
    const cpus = task.cpus === undefined ? '' : `, CPUs ${task.cpus}`;
    const policy = POLICY_NAMES[task.policy] ?? `policy ${task.policy}`;
    const rank = isRealTime(task) && task.policy !== DEADLINE ? ` ${task.priority}` : '';
    return {
      source: `/proc/${task.pid}/task/${task.tid}/stat`,
      value: `${task.name}: ${policy}${rank}${cpus}`,
    };
  });
  const more = tasks.length - shown.length;
  return more > 0 ? [...shown, { source: '/proc/*/task/*/stat', value: `+${more}` }] : shown;
}
