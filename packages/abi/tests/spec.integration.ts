// Validates the YAML with the kernel's own schema for netlink specs, from Debian's kernel source package.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withoutExtensions } from '../gen/spec.ts';

const SOURCE = 'linux-source-6.12';
const SCHEMA = `${SOURCE}/Documentation/netlink/genetlink.yaml`;
const root = fileURLToPath(new URL('../../../', import.meta.url));
const cache = `${process.env.RTPROBE_CACHE ?? `${root}.cache`}/netlink-schema`;

/** Returns the text of the schema. Downloads the source package once (150 MB) and keeps only this file. */
function kernelSchema(): string {
  const file = `${cache}/genetlink.yaml`;
  mkdirSync(cache, { recursive: true });
  if (!readdirSync(cache).includes('genetlink.yaml')) {
    execFileSync('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', SOURCE], { cwd: cache });
    const deb = readdirSync(cache).find((name) => name.endsWith('.deb'));
    // tar stops reading early, which ends the programs before it by SIGPIPE, so only its own exit code counts.
    const text = execFileSync('sh', [
      '-c',
      'dpkg-deb --fsys-tarfile "$1" 2>/dev/null | tar -xO --occurrence=1 "./usr/src/$2.tar.xz" 2>/dev/null | tar -xJO --occurrence=1 "$3"',
      'sh',
      `${cache}/${deb}`,
      SOURCE,
      SCHEMA,
    ]);
    writeFileSync(`${file}.part`, text);
    renameSync(`${file}.part`, file);
    rmSync(`${cache}/${deb}`);
  }
  return readFileSync(file, 'utf8');
}

describe("the ABI's YAML", () => {
  let valid: ReturnType<Ajv['compile']>;

  beforeAll(() => {
    const { $schema: _, ...schema } = parse(kernelSchema()) as { $schema: string } & object;
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
