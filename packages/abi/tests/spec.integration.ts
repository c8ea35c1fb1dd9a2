// Validates the YAML with the kernel's own schema for netlink specs, from Debian's kernel source package.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { netlinkSources } from '@rtprobe/lab';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withoutExtensions } from '../gen/spec.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe("the ABI's YAML", () => {
  let valid: ReturnType<Ajv['compile']>;

  beforeAll(async () => {
    const file = join(await netlinkSources(), 'Documentation/netlink/genetlink.yaml');
    const { $schema: _, ...schema } = parse(readFileSync(file, 'utf8')) as { $schema: string } & object;
    valid = new Ajv({ strict: false, allErrors: true }).compile(schema);
  });

  const spec = () =>
    withoutExtensions(
      parse(readFileSync(`${root}kmod/uapi/rtprobe.yaml`, 'utf8')) as Record<string, unknown> & {
        definitions: object[];
      },
    );

  it("is valid against the kernel's genetlink schema, but for rtprobe's own keys of enum entries", () => {
    valid(spec());
    expect(valid.errors).toBeNull();
  });

  it('is refused by the same schema when a word is misspelt', () => {
    expect(valid({ ...spec(), protcol: 'genetlink' })).toBe(false);
  });

  it('is refused by the same schema when a key of an entry is misspelt', () => {
    const entry = { name: 'a', doc: 'A.', titel: 'A' };
    const misspelt = { type: 'enum', name: 'letter', doc: 'Letters.', entries: [entry] };
    const { definitions } = spec();
    expect(valid(withoutExtensions({ ...spec(), definitions: [...definitions, misspelt] }))).toBe(false);
  });
});
