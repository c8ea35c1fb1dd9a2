// Parses rules and settings as people write them (durations with a unit, lists, globs) into requests.
import type { Capture, Measure, Rule, RuleRequest } from '@rtprobe/protocol';
import { parseBudget } from '../address/view-text.ts';

/** Parses "250us" to ns and "0" to 0; returns undefined for any other text. */
export function parseTime(text: string): number | undefined {
  const trimmed = text.trim();
  return trimmed === '0' ? 0 : parseBudget(trimmed);
}

/** Formats ns so that parseTime returns exactly the same value. */
export function timeText(ns: number): string {
  if (ns === 0) return '0';
  for (const [unit, size] of [
    ['s', 1e9],
    ['ms', 1e6],
    ['us', 1e3],
  ] as const) {
    if (ns % size === 0) return `${ns / size}${unit}`;
  }
  return `${ns}ns`;
}

export interface RuleForm {
  measure: Measure | '';
  irq: string;
  name: string;
  cpus: string;
  pid: string;
  comm: string;
  cgroup: string;
  threshold: string;
  rate: string;
  cooldown: string;
  /** Of the cycles of the watched task. */
  period: string;
  capture: Capture[];
  stopTrace: boolean;
  /** Process to signal, as PID, NAME or either with a signal: servo:USR2. */
  signal: string;
}

export const emptyRule: RuleForm = {
  measure: '',
  ...{
    irq: '',
    name: '',
    cpus: '',
    pid: '',
    comm: '',
    cgroup: '',
    threshold: '100us',
    rate: '',
    cooldown: '',
    period: '',
  },
  capture: ['stack', 'process'],
  stopTrace: false,
  signal: '',
};

/** A text that its field does not accept. */
export interface FormError {
  kind: 'time' | 'number' | 'signal';
  text: string;
}

/** Signals by name; any other is written as a number. */
const SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ABRT: 6,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  TERM: 15,
  CONT: 18,
  STOP: 19,
};

/** Returns the name of a signal as kill -l prints it, or its number. */
export function signalName(number: number): string {
  return Object.entries(SIGNALS).find(([, own]) => own === number)?.[0] ?? `${number}`;
}

/** Parses "1234", "servo" or "servo:USR2"; returns undefined for any other text. */
function parseSignal(text: string): NonNullable<RuleRequest['action']>['signal'] {
  const [, target, name = 'USR1'] = /^([^:]{1,15})(?::(?:SIG)?(\w+))?$/.exec(text) ?? [];
  if (target === undefined) return undefined;
  const number = /^\d+$/.test(name) ? Number(name) : SIGNALS[name.toUpperCase() as keyof typeof SIGNALS];
  if (number === undefined || number < 1 || number > 64) return undefined;
  return /^\d+$/.test(target) ? { pid: Number(target), number } : { comm: target, number };
}

export function ruleRequest(form: RuleForm): RuleRequest | FormError {
  const thresholdNs = parseTime(form.threshold);
  if (thresholdNs === undefined) return { kind: 'time', text: form.threshold };
  const request: RuleRequest = { thresholdNs, capture: form.capture };
  if (form.measure !== '') request.measures = [form.measure];
  for (const key of ['irq', 'pid', 'rate'] as const) {
    const text = form[key].trim();
    if (text === '') continue;
    if (!/^\d{1,10}$/.test(text)) return { kind: 'number', text };
    request[key] = Number(text);
  }
  for (const key of ['name', 'cpus', 'comm', 'cgroup'] as const) {
    const text = form[key].trim();
    if (text !== '') request[key] = text;
  }
  for (const [key, name] of [
    ['cooldown', 'cooldownNs'],
    ['period', 'periodNs'],
  ] as const) {
    if (form[key].trim() === '') continue;
    const ns = parseTime(form[key]);
    if (ns === undefined) return { kind: 'time', text: form[key] };
    request[name] = ns;
  }
  const text = form.signal.trim();
  const signal = text === '' ? undefined : parseSignal(text);
  if (text !== '' && signal === undefined) return { kind: 'signal', text };
  if (form.stopTrace || signal !== undefined)
    request.action = { ...(form.stopTrace && { stopTrace: true }), ...(signal && { signal }) };
  return request;
}

export function isFormError<T extends object>(value: T | FormError): value is FormError {
  return 'kind' in value;
}

/** Returns the match of a rule without its measures: "irq=36 comm=cyclictest*". */
export function matchWords(rule: Rule): string[] {
  const words = ['irq', 'name', 'cpus', 'pid', 'comm', 'cgroup'] as const;
  return words.filter((word) => rule[word] !== undefined).map((word) => `${word}=${rule[word]}`);
}
