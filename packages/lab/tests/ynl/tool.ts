// The kernel's own netlink tool, tools/net/ynl, in a guest: it reads and writes messages of any family by its YAML
// file. A guest has no Python, so one is unpacked from Debian's packages beside the guest's root.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readSpec, type Spec, withoutExtensions } from '../../../abi/gen/spec.ts';
import { unpackedPackages } from '../../src/apt/unpack.ts';
import { type BootedGuest, cacheRoot, netlinkSources } from '../../src/index.ts';
import { silent } from '../../src/progress.ts';

const SUITE = 'bookworm';
const PYTHON = [
  'libexpat1',
  'libpython3.11-minimal',
  'libpython3.11-stdlib',
  'python3-attr',
  'python3-jsonschema',
  'python3-pyrsistent',
  'python3-yaml',
  'python3.11-minimal',
];
const YAML = join(import.meta.dirname, '../../../../kmod/uapi/rtprobe.yaml');
const HOME = '/opt/ynl';
const ROOT = `${HOME}/root`;
const ENV = {
  PYTHONHOME: `${ROOT}/usr`,
  PYTHONPATH: `${ROOT}/usr/lib/python3/dist-packages`,
  PYTHONDONTWRITEBYTECODE: '',
  LD_LIBRARY_PATH: ['x86_64-linux-gnu', 'aarch64-linux-gnu']
    .flatMap((arch) => [`${ROOT}/lib/${arch}`, `${ROOT}/usr/lib/${arch}`])
    .join(':'),
};

export interface Answer {
  /** The messages that the tool printed; one reply, the messages of a dump, or the events. */
  readonly messages: readonly unknown[];
  /** Everything that it printed if it failed. */
  readonly refusal: string | undefined;
}

/** The reply to a request, the messages of a dump or the events that arrived, as the tool names them. */
export type Message = Readonly<Record<string, unknown>>;

/** Parses JSON; an integer that a double cannot represent becomes a bigint. */
function parseExactly(text: string): unknown {
  const exact = (_: string, value: unknown, { source }: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '')
      ? BigInt(source!)
      : value;
  return JSON.parse(text, exact as (key: string, value: unknown) => unknown) as unknown;
}

export class Ynl {
  readonly #guest: BootedGuest;

  private constructor(guest: BootedGuest) {
    this.#guest = guest;
  }

  /** Copies Python, the tool, the YAML file and the kernel's schema into a guest. */
  static async install(guest: BootedGuest, scratch: string): Promise<Ynl> {
    const python = await unpackedPackages(
      join(cacheRoot(), 'tools', `python-yaml-${SUITE}`),
      SUITE,
      PYTHON,
      silent,
    );
    const kernel = await netlinkSources();
    const plain = join(scratch, 'plain.yaml');
    // The kernel's schema does not have the keys for titles and translations.
    const spec = withoutExtensions(readSpec(YAML));
    writeFileSync(plain, `# SPDX-License-Identifier: GPL-2.0-or-later\n${stringify(spec)}`);
    const schema = join(kernel, 'Documentation/netlink/genetlink.yaml');
    await guest.copyIn([python, join(kernel, 'tools/net/ynl'), YAML, plain, schema], HOME);
    return new Ynl(guest);
  }

  static spec(): Spec {
    return readSpec(YAML);
  }

  /** Runs the tool with the file of the repository as it is. */
  run(...args: string[]): Promise<Answer> {
    return this.#run(['--spec', `${HOME}/rtprobe.yaml`, '--no-schema', ...args]);
  }

  /** Runs the tool, which validates the file by the kernel's schema first. */
  runValidating(...args: string[]): Promise<Answer> {
    return this.#run(['--spec', `${HOME}/plain.yaml`, '--schema', `${HOME}/genetlink.yaml`, ...args]);
  }

  async #run(args: readonly string[]): Promise<Answer> {
    const cli = [`${ROOT}/usr/bin/python3.11`, `${HOME}/ynl/cli.py`, '--output-json', ...args];
    const { code, stdout, stderr } = await this.#guest.exec(cli, { env: ENV, timeout: 120_000 });
    if (code !== 0) return { messages: [], refusal: stdout + stderr };
    const lines = stdout.split('\n').filter(Boolean);
    return { messages: lines.map(parseExactly), refusal: undefined };
  }
}
