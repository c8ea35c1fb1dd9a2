// Reads kmod/uapi/rtprobe.yaml into typed form. Without the extension keys below, the file follows the kernel's
// netlink-spec schema (Documentation/netlink/genetlink.yaml); tests/spec.integration.ts validates it.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface ConstDefinition {
  type: 'const';
  name: string;
  value: number;
  doc: string;
}
/** Texts of an entry in another language. */
export interface Words {
  title?: string;
  explanation?: string;
}

/** Extensions of an enum entry. The kernel's schema allows only name, value and doc. */
export interface EntryExtensions extends Words {
  /** Short name of a source: LOC, NET_RX; of a measure whose source is the CPU or a function: timer, hrtimer. */
  label?: string;
  /** The same texts in simplified Chinese. */
  zh?: Words;
  unit?: string;
  semantics?: string;
  /** Kind of source of the measure: irq, vector, softirq, cpu, task, irq-task, function, interrupt. */
  source?: string;
  by?: string[];
  /** The kind of part (part-kind) that the measure's values are. */
  part?: string;
  /** Tables of the dashboard that show the measure by default: interrupts (one row per source), cpus (a column). */
  tables?: string[];
  /** Place in lists, from 1; missing: after all entries with a place. */
  order?: number;
  /** Whether the measure is on by default; missing: on. */
  default?: 'on' | 'off';
  /** Markdown for the table in docs/reference/measures.md. */
  begins?: string;
  ends?: string;
  excludes?: string;
}
const extensionKeys: Readonly<Record<keyof EntryExtensions, true>> = {
  ...{ title: true, explanation: true, zh: true, label: true, unit: true, semantics: true, source: true },
  ...{ by: true, part: true, tables: true, order: true, default: true },
  ...{ begins: true, ends: true, excludes: true },
};

export interface EnumEntry extends EntryExtensions {
  name: string;
  doc: string;
}
export interface EnumDefinition {
  type: 'enum' | 'flags';
  name: string;
  doc: string;
  'value-start'?: number;
  'render-max'?: boolean;
  entries: EnumEntry[];
}
export type Definition = ConstDefinition | EnumDefinition;

export type AttributeType = 'pad' | 'u8' | 'u32' | 'u64' | 's32' | 's64' | 'string' | 'binary' | 'nest';
export interface Attribute {
  name: string;
  /** Its number; missing: one more than that of the attribute before, from 1. */
  value?: number;
  type: AttributeType;
  doc?: string;
  enum?: string;
  'enum-as-flags'?: boolean;
  'nested-attributes'?: string;
  'multi-attr'?: boolean;
  /** `max-len` is a number or the name of a constant, with ` - 1` for the closing NUL. */
  checks?: { min?: number; max?: number; 'flags-mask'?: string; 'max-len'?: number | string };
}
export interface AttributeSet {
  name: string;
  doc: string;
  attributes: Attribute[];
}
interface AttributeList {
  attributes: string[];
}
export interface Operation {
  name: string;
  doc: string;
  value?: number;
  'attribute-set': string;
  flags?: string[];
  mcgrp?: string;
  do?: { request?: AttributeList; reply?: AttributeList };
  dump?: { request?: AttributeList; reply?: AttributeList };
  event?: AttributeList;
}
/** Named numbers, of the netlink interface or of the agent's stream. */
export interface Constants {
  name: string;
  doc: string;
  definitions: Definition[];
}
/** The agent's stream. */
export interface Frames extends Constants {
  /** The files that the agent reads for a facts frame. */
  'facts-files': { doc: string; patterns: string[] };
  /** The files that the agent reads for a doctor frame. */
  'doctor-files': { doc: string; patterns: string[] };
  /** The answer to a places frame. */
  places: { doc: string };
}
export interface Spec extends Constants {
  'attribute-sets': AttributeSet[];
  operations: { list: Operation[] };
  'mcast-groups': { list: { name: string }[] };
}

export function readSpec(path: string): Spec {
  return parse(readFileSync(path, 'utf8')) as Spec;
}

/** Reads apps/agent/frames.yaml. */
export function readFrames(path: string): Frames {
  return checkFrames(parse(readFileSync(path, 'utf8')) as Frames);
}

/** Throws if a pattern has no `*`: the agent reads the entries of a folder. */
export function checkFrames(frames: Frames): Frames {
  const wrong = frames['facts-files'].patterns.find((pattern) => !pattern.includes('*'));
  if (wrong !== undefined) throw new Error(`frames.yaml: the pattern ${wrong} has no *`);
  const relative = frames['doctor-files'].patterns.find(
    (pattern) => !/^\/([^/.][^/]*\/)*[^/]+$/.test(pattern),
  );
  if (relative !== undefined) throw new Error(`frames.yaml: the pattern ${relative} is not an absolute path`);
  return frames;
}

/** Returns the spec without the extension keys, as the kernel's schema describes it. */
export function withoutExtensions<S extends { definitions: object[] }>(spec: S): S {
  const isOfSchema = ([key]: [string, unknown]) => !Object.hasOwn(extensionKeys, key);
  const definitions = spec.definitions.map((definition) =>
    'entries' in definition
      ? {
          ...definition,
          entries: (definition.entries as object[]).map((entry) =>
            Object.fromEntries(Object.entries(entry).filter(isOfSchema)),
          ),
        }
      : definition,
  );
  return { ...spec, definitions };
}

/** Returns the enum with a name; throws if there is none. */
export function enumOf(spec: Spec, name: string): EnumDefinition {
  const definition = spec.definitions.find((d) => d.name === name);
  if (!definition || definition.type === 'const') throw new Error(`rtprobe.yaml has no enum ${name}`);
  return definition;
}

/** Returns the entries of an enum with their values; the value of a flag is a power of two. */
export function enumValues(definition: EnumDefinition): (EnumEntry & { value: number })[] {
  const start = definition['value-start'] ?? 0;
  return definition.entries.map((entry, i) => ({
    ...entry,
    value: definition.type === 'flags' ? 2 ** (start + i) : start + i,
  }));
}

/** Returns the names of the attributes that a request may have. */
export const requestOf = (op: Operation): string[] => (op.do ?? op.dump)?.request?.attributes ?? [];

/** Returns the attributes of a set with their numbers. */
export function attributeValues(set: AttributeSet): (Attribute & { value: number })[] {
  let next = 1;
  return set.attributes.map((attribute) => {
    const value = attribute.value ?? next;
    next = value + 1;
    return { ...attribute, value };
  });
}

/** Returns the operations with their command numbers, counted from the last stated value. */
export function operationValues(spec: Spec): (Operation & { value: number })[] {
  let next = 1;
  return spec.operations.list.map((operation) => {
    const value = operation.value ?? next;
    next = value + 1;
    return { ...operation, value };
  });
}

/** Returns the maximum length of a string or binary attribute in bytes, without the closing NUL. */
export function maxLength(spec: Spec, a: Attribute): number | undefined {
  const limit = a.checks?.['max-len'];
  if (limit === undefined || typeof limit === 'number') return limit;
  const [name, less] = limit.split(' - ');
  const constant = spec.definitions.find((d) => d.name === name);
  if (constant?.type !== 'const') throw new Error(`rtprobe.yaml has no constant ${name}`);
  return constant.value - Number(less ?? 0);
}

/** Returns the mask of all bits that an attribute with a `flags-mask` check may have. */
export function flagsMask(spec: Spec, name: string): number {
  const definition = enumOf(spec, name);
  return enumValues(definition).reduce(
    (mask, { value }) => mask + (definition.type === 'flags' ? value : 2 ** value),
    0,
  );
}

export const upper = (name: string) => name.replaceAll('-', '_').toUpperCase();
export const lower = (name: string) => name.replaceAll('-', '_');
export const camel = (name: string) => name.replace(/-(.)/g, (_, c: string) => c.toUpperCase());
export const pascal = (name: string) => camel(`-${name}`);
export const oneLine = (doc: string | undefined) => (doc ?? '').trim().replace(/\s+/g, ' ');
