// An entry of a knowledge file: how it matches a cause, and what it says. docs/reference/knowledge.md describes the
// format.
import {
  CALLBACKS,
  DOCTOR_CHECKS,
  DOUBTS,
  type Label,
  MEASURES,
  PART_KINDS,
  SOFTIRQS,
  VECTORS,
  WAITS,
} from '@rtprobe/protocol';
import { z } from 'zod';
import { POLICIES } from '../base/policies.ts';

/** Limits of an entry, in characters and list items. */
const PATTERN_MAX = 64;
const PATTERNS_MAX = 64;
const ALTERNATIVES_MAX = 16;
const TITLE_MAX = 120;
const TEXT_MAX = 800;
const REMEDIES_MAX = 8;

/** Accepts one value or a list of them; returns a list. */
const oneOrMore = <S extends z.ZodType>(schema: S, max: number) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(schema).min(1).max(max));

const patterns = oneOrMore(z.string().min(1).max(PATTERN_MAX), PATTERNS_MAX).exactOptional();
const oneOf = <const T extends readonly string[]>(words: T) =>
  oneOrMore(z.enum(words), PATTERNS_MAX).exactOptional();
const labels = (of: Readonly<Record<number, Label>>) => [
  ...new Set(Object.values(of).map(({ label }) => label)),
];

/** A condition on a wait, beside what the task waited in: it was a priority inversion. */
export const INVERSION = 'priority_inversion';

const matchSchema = z
  .strictObject({
    measure: oneOf(MEASURES),
    kind: oneOf(PART_KINDS),
    vector: oneOf(labels(VECTORS)),
    softirq: oneOf(labels(SOFTIRQS)),
    irq: patterns,
    task: patterns,
    policy: oneOf(POLICIES),
    victimPolicy: oneOf(POLICIES),
    callback: oneOf(CALLBACKS),
    function: patterns,
    module: patterns,
    stack: patterns,
    idleState: patterns,
    couldBe: oneOf(DOUBTS),
    wait: oneOf([...WAITS, INVERSION]),
    finding: oneOf(DOCTOR_CHECKS),
  })
  .refine((match) => Object.keys(match).length > 0, 'names no condition')
  .refine(
    (match) => match.finding === undefined || Object.keys(match).length === 1,
    '"finding" is for the doctor and stands alone',
  );
export type Match = z.output<typeof matchSchema>;

const text = (max: number) => z.string().regex(/\S/, 'is empty').max(max);

const words = {
  title: text(TITLE_MAX),
  what: text(TEXT_MAX),
  try: oneOrMore(text(TEXT_MAX), REMEDIES_MAX),
  risk: text(TEXT_MAX),
};

/** A part that the entry matches, and the spike around it. */
const exampleSchema = z.strictObject({
  measure: z.enum(MEASURES).default('thread_latency'),
  kind: z.enum(PART_KINDS),
  number: z.int().min(0).default(0),
  name: z.string().default(''),
  callback: z.enum(CALLBACKS).exactOptional(),
  function: z.string().exactOptional(),
  stack: z.array(z.string()).default([]),
  policy: z.enum(POLICIES).default('SCHED_OTHER'),
  victimPolicy: z.enum(POLICIES).exactOptional(),
  couldBe: z.array(z.enum(DOUBTS)).exactOptional(),
  wait: z.enum([...WAITS, INVERSION]).exactOptional(),
});
export type Example = z.output<typeof exampleSchema>;

const entrySchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,47}$/, 'lower-case letters, digits and hyphens, at most 48'),
  match: oneOrMore(matchSchema, ALTERNATIVES_MAX),
  /** The entry is one of several explanations, even where the record proves what it matches. */
  possible: z.literal(true).exactOptional(),
  ...words,
  docs: oneOrMore(z.string().min(1).max(200), REMEDIES_MAX),
  zh: z.strictObject(words).exactOptional(),
  example: oneOrMore(exampleSchema, ALTERNATIVES_MAX).exactOptional(),
});
export type Entry = z.output<typeof entrySchema>;

/** Maximum entries in a file. */
export const ENTRIES_MAX = 256;
export const fileSchema = z.array(entrySchema).max(ENTRIES_MAX);
