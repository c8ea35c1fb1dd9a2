// What a person expects of CPUs: "quiet on 2-3 above 5us". An expectation is a rule of the module that makes a spike of
// every interruption, so the rule is where it is stored, its counter is the number of breaches, and its spikes are the
// breaches.
import { cpuList, inCpuList, parseDuration } from '@rtprobe/metrics';
import type { Measure, Nanoseconds, Rule } from '@rtprobe/protocol';
import { BridgeError } from '../base/errors.ts';

export interface Expected {
  /** Ascending. */
  cpus: number[];
  /** Longest tolerated interruption; 0: none is tolerated. */
  aboveNs: Nanoseconds;
}

/**
 * Measures whose values are interruptions of a CPU. A rule for exactly those of them that the kernel has, and for CPUs
 * only, is an expectation.
 */
const MEASURES: readonly Measure[] = [
  ...(['hardirq_duration', 'vector_duration', 'softirq_duration', 'irq_thread_duration'] as const),
];
/** `available`: the measures that the kernel has; undefined if this is unknown. */
const measuresFor = (available: readonly Measure[] = MEASURES): Measure[] =>
  MEASURES.filter((measure) => available.includes(measure));

/** In this time, only the first breach and longer ones are captured. Other breaches are counted. */
const COOLDOWN_NS = 10e9;
/** The largest number of a CPU. */
const CPU_MAX = 65_535;
const CPUS_MAX = 1024;
/** The longest tolerated interruption: the largest threshold of the module. */
const ABOVE_MAX_NS = 60e9;

const FORM = 'write it as: quiet on 2-3, or: quiet on 2-3 above 5us';

const refuse = (code: 'E_EXPECT_WORD' | 'E_EXPECT_CPUS' | 'E_EXPECT_DURATION', what: string, word: string) =>
  new BridgeError(code, what, FORM, word);

function parseCpus(list: string): number[] {
  const cpus = new Set<number>();
  if (list === '') throw refuse('E_EXPECT_CPUS', 'the CPUs are missing', list);
  for (const part of list.split(',')) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || to < from || to > CPU_MAX) {
      throw refuse('E_EXPECT_CPUS', `"${part}" is not a CPU or a range of CPUs`, part);
    }
    if (to - from >= CPUS_MAX) throw refuse('E_EXPECT_CPUS', `more than ${CPUS_MAX} CPUs`, part);
    for (let cpu = from; cpu <= to; cpu++) cpus.add(cpu);
  }
  if (cpus.size > CPUS_MAX) throw refuse('E_EXPECT_CPUS', `more than ${CPUS_MAX} CPUs`, list);
  return [...cpus].sort((a, b) => a - b);
}

function parseAbove(text: string): Nanoseconds {
  const ns = parseDuration(text);
  if (text === '') throw refuse('E_EXPECT_DURATION', 'the duration is missing', text);
  if (ns === undefined) throw refuse('E_EXPECT_DURATION', `"${text}" is not a duration`, text);
  if (ns < 1 || ns > ABOVE_MAX_NS) throw refuse('E_EXPECT_DURATION', 'a duration is from 1ns to 60s', text);
  return Math.round(ns);
}

/** Parses "[expect] quiet on CPUS [above DURATION]". Throws a BridgeError that names the offending word. */
export function parseExpectation(text: string): Expected {
  const words = text.trim().split(/\s+/);
  if (words[0] === 'expect') words.shift();
  const need = (word: string) => {
    const found = words.shift() ?? '';
    if (found === '') throw refuse('E_EXPECT_WORD', `the word "${word}" is missing`, found);
    if (found !== word) throw refuse('E_EXPECT_WORD', `"${found}" is not the word "${word}"`, found);
  };
  need('quiet');
  need('on');
  const cpus = parseCpus(words.shift() ?? '');
  if (words.length === 0) return { cpus, aboveNs: 0 };
  need('above');
  const aboveNs = parseAbove(words.shift() ?? '');
  if (words.length > 0) throw refuse('E_EXPECT_WORD', `"${words[0]}" is one word too many`, words[0]!);
  return { cpus, aboveNs: exactNs(aboveNs) };
}

/** Returns the longest tolerated interruption for a threshold. No value is shorter than 1 ns. */
const exactNs = (thresholdNs: Nanoseconds): Nanoseconds => (thresholdNs === 1 ? 0 : thresholdNs);

const UNITS = [
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
] as const;

function durationText(ns: Nanoseconds): string {
  const [unit, size] = UNITS.find(([, each]) => ns % each === 0) ?? (['ns', 1] as const);
  return `${ns / size}${unit}`;
}

export function expectationText({ cpus, aboveNs }: Expected): string {
  return `quiet on ${cpuList(cpus)}${aboveNs > 0 ? ` above ${durationText(aboveNs)}` : ''}`;
}

type ExpectationRule = Pick<Rule, 'thresholdNs' | 'cooldownNs'> & { measures: Measure[]; cpus: string };

/** Returns the rule that an expectation is. A value of 1 ns is none: a threshold of 0 would exempt all values. */
export function ruleOf({ cpus, aboveNs }: Expected, available?: readonly Measure[]): ExpectationRule {
  return {
    measures: measuresFor(available),
    cpus: cpuList(cpus),
    thresholdNs: Math.max(aboveNs, 1),
    cooldownNs: COOLDOWN_NS,
  };
}

/** Returns whether a rule is for some interrupts or some tasks only. */
const isNarrow = ({ irq, name, pid, comm, cgroup }: Rule): boolean =>
  [irq, name, pid, comm, cgroup].some((word) => word !== undefined);

/** Returns what a rule expects; undefined if it is not an expectation. */
export function expectationOf(rule: Rule, available?: readonly Measure[]): Expected | undefined {
  const { measures = [], cpus, thresholdNs } = rule;
  if (isNarrow(rule) || cpus === undefined || thresholdNs === 0) return undefined;
  const expected = measuresFor(available);
  if (measures.length !== expected.length || !expected.every((measure) => measures.includes(measure))) {
    return undefined;
  }
  try {
    return { cpus: parseCpus(cpus), aboveNs: exactNs(thresholdNs) };
  } catch (error) {
    // A rule that somebody wrote can have a form of list that an expectation does not.
    if (error instanceof BridgeError) return undefined;
    throw error;
  }
}

/**
 * Returns the first rule before an expectation that decides instead of it, for all values of a measure on one of its
 * CPUs: the module applies the first rule that fits. A rule for some interrupts or tasks is an exception that somebody
 * made on purpose.
 */
export function decidingRule(
  rules: readonly Rule[],
  { id, measures = [] }: Rule,
  { cpus }: Expected,
): Rule | undefined {
  const before = rules.slice(
    0,
    rules.findIndex((rule) => rule.id === id),
  );
  return before.find((rule) => {
    const hasMeasure = rule.measures?.some((measure) => measures.includes(measure)) ?? true;
    // A list in another form, such as 0-7:1/2, can name any CPU.
    const { cpus: list } = rule;
    const isPlain = list !== undefined && /^[\d,-]+$/.test(list);
    return !isNarrow(rule) && hasMeasure && (!isPlain || cpus.some((cpu) => inCpuList(list, cpu)));
  });
}
