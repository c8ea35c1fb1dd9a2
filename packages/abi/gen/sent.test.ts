// Everything in kmod/uapi/rtprobe.yaml is used by the module: a value or attribute that is never sent does not belong
// there.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { enumValues, maxLength, operationValues, readSpec, upper } from './spec.ts';

const root = fileURLToPath(new URL('../../../kmod/', import.meta.url));
const spec = readSpec(`${root}uapi/rtprobe.yaml`);

/** Not sent by the module, and the descriptions say so. */
const EXCEPTIONS = new Set([
  // The bridge's own, from evidence outside the machine.
  'RTPROBE_PART_KIND_HOST',
]);

/** Names in the module's code; tables of names in procfs and the generated policies are no use of a value. */
const used = new Set(
  globSync('{src,compat}/**/*.{c,h}', { cwd: root })
    .filter((file) => !/^src\/(procfs|netlink\/policy)/.test(file))
    .flatMap((file) => readFileSync(root + file, 'utf8').match(/\bRTPROBE_\w+/g) ?? []),
);
const unused = (names: readonly string[]) => names.filter((name) => !used.has(name) && !EXCEPTIONS.has(name));

it('every exception is still one', () => {
  expect([...EXCEPTIONS].filter((name) => used.has(name))).toEqual([]);
});

it('every text has a maximum length', () => {
  const texts = spec['attribute-sets'].flatMap((set) =>
    set.attributes.filter(({ type }) => type === 'string').map((each) => [set.name, each] as const),
  );
  const unlimited = texts.filter(([, each]) => maxLength(spec, each) === undefined);
  expect(unlimited.map(([set, { name }]) => `${set}.${name}`)).toEqual([]);
});

describe('the module uses', () => {
  it.each(spec['attribute-sets'].map((set) => [set.name, set] as const))(
    'every attribute of %s',
    (_, set) => {
      const attributes = set.attributes.filter(({ type }) => type !== 'pad');
      expect(unused(attributes.map(({ name }) => `RTPROBE_A_${upper(set.name)}_${upper(name)}`))).toEqual([]);
    },
  );

  it('every command', () => {
    expect(unused(operationValues(spec).map(({ name }) => `RTPROBE_CMD_${upper(name)}`))).toEqual([]);
  });

  it.each(spec.definitions.map((definition) => [definition.name, definition] as const))(
    '%s',
    (_, definition) => {
      const names =
        definition.type === 'const'
          ? [definition]
          : enumValues(definition).map(({ name }) => ({ name: `${definition.name}-${name}` }));
      expect(unused(names.map(({ name }) => `RTPROBE_${upper(name)}`))).toEqual([]);
    },
  );
});
