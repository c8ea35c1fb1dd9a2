// Reads kmod/uapi/rtprobe.yaml into typed form. The file follows the kernel's netlink-spec schema
// (Documentation/netlink/genetlink.yaml); `npm run check:spec` validates it against that schema.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface ConstDefinition {
  type: 'const';
  name: string;
  value: number;
  doc: string;
}
export interface EnumDefinition {
  type: 'enum' | 'flags';
  name: string;
  doc: string;
  'value-start'?: number;
  'render-max'?: boolean;
  entries: { name: string; doc: string }[];
}
export type Definition = ConstDefinition | EnumDefinition;

export type AttributeType = 'pad' | 'u8' | 'u32' | 'u64' | 's32' | 's64' | 'string' | 'binary' | 'nest';
export interface Attribute {
  name: string;
  type: AttributeType;
  doc?: string;
  enum?: string;
  'enum-as-flags'?: boolean;
  'nested-attributes'?: string;
  'multi-attr'?: boolean;
  checks?: { min?: number; max?: number; 'flags-mask'?: string };
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
  mcgrp?: string;
  do?: { request?: AttributeList; reply?: AttributeList };
  dump?: { request?: AttributeList; reply?: AttributeList };
  event?: AttributeList;
}
export interface Spec {
  name: string;
  doc: string;
  definitions: Definition[];
  'attribute-sets': AttributeSet[];
  operations: { list: Operation[] };
  'mcast-groups': { list: { name: string }[] };
}

export function readSpec(path: string): Spec {
  return parse(readFileSync(path, 'utf8')) as Spec;
}

/** Entries of an enum with their values; a flag's value is a power of two. */
export function enumValues(definition: EnumDefinition): { name: string; doc: string; value: number }[] {
  const start = definition['value-start'] ?? 0;
  return definition.entries.map((entry, i) => ({
    ...entry,
    value: definition.type === 'flags' ? 2 ** (start + i) : start + i,
  }));
}

/** Operations with their command numbers, counted on from the last value that is stated. */
export function operationValues(spec: Spec): (Operation & { value: number })[] {
  let next = 1;
  return spec.operations.list.map((operation) => {
    const value = operation.value ?? next;
    next = value + 1;
    return { ...operation, value };
  });
}

/** The mask of all bits an attribute checked by `flags-mask` may have. */
export function flagsMask(spec: Spec, name: string): number {
  const definition = spec.definitions.find((d) => d.name === name);
  if (!definition || definition.type === 'const') throw new Error(`flags-mask names no enum: ${name}`);
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
