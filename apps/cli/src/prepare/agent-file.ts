// The agent for another machine: of this installation, else built from the checkout.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildAgentOf } from '@rtprobe/lab';
import { CliError } from '../errors.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const NAME = 'rtprobe-agent';

interface Machine {
  /** Number in the header of an ELF file. */
  readonly elf: number;
  readonly debian: 'amd64' | 'arm64';
  readonly compiler: string;
  /** Debian's packages with the compiler. */
  readonly packages: string;
}

/** Machines by uname -m. */
const MACHINES: Readonly<Record<string, Machine>> = {
  x86_64: {
    ...{ elf: 62, debian: 'amd64', compiler: 'x86_64-linux-gnu-gcc' },
    packages: 'gcc-x86-64-linux-gnu libc6-dev-amd64-cross',
  },
  aarch64: {
    ...{ elf: 183, debian: 'arm64', compiler: 'aarch64-linux-gnu-gcc' },
    packages: 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross',
  },
};
const OWN = ({ x64: 'x86_64', arm64: 'aarch64' } as Record<string, string>)[process.arch];

export interface AgentFile {
  readonly bytes: Buffer;
  readonly digest: string;
}

/** Returns the machine that an ELF file of 64 bits is for; undefined for any other file. */
export function elfMachine(file: string): number | undefined {
  const head = Buffer.alloc(20);
  try {
    const fd = openSync(file, 'r');
    readSync(fd, head, 0, head.length, 0);
    closeSync(fd);
  } catch {
    return undefined;
  }
  return head.toString('latin1', 0, 4) === '\x7fELF' && head[4] === 2 ? head.readUInt16LE(18) : undefined;
}

const isFound = (program: string): boolean =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, program)));

/** Returns where an installation has agents: the folder of its package, then the PATH. */
function installed(machine: string): string[] {
  const path = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return [join(ROOT, 'agents', machine, NAME), ...path.map((folder) => join(folder, NAME))];
}

/** Returns the agent for a machine. Rejects with E_NO_AGENT. */
export async function agentFor(machine: string): Promise<AgentFile> {
  const known = MACHINES[machine];
  if (known === undefined) {
    const todo = `build it there: make -C apps/agent install`;
    throw new CliError(
      'E_NO_AGENT',
      `there is no agent for ${machine}, only for ${Object.keys(MACHINES)}`,
      todo,
    );
  }
  const { elf, debian, compiler, packages } = known;
  const source = join(ROOT, 'apps/agent/Makefile');
  let file: string | undefined;
  if (!existsSync(source)) {
    file = installed(machine).find((each) => elfMachine(each) === elf);
    const todo = `install rtprobe-agent for ${machine} on that machine`;
    if (file === undefined)
      throw new CliError('E_NO_AGENT', `this installation has no agent for ${machine}`, todo);
  } else if (machine === OWN || isFound(compiler)) file = await buildAgentOf(debian);
  else {
    const todo = `sudo apt-get install ${packages}`;
    throw new CliError('E_NO_AGENT', `${compiler}, which builds the agent for ${machine}, is missing`, todo);
  }
  if (elfMachine(file) !== elf)
    throw new CliError('E_NO_AGENT', `${file} is not for ${machine}`, 'build it again');
  const bytes = readFileSync(file);
  return { bytes, digest: createHash('sha256').update(bytes).digest('hex') };
}

/** Returns the version that the sources or the installation of this bridge have, as the agent prints it. */
export async function agentVersion(): Promise<string> {
  if (OWN === undefined) return '';
  const source = join(ROOT, 'apps/agent/main.c');
  if (existsSync(source)) return /#define VERSION "([^"]+)"/.exec(readFileSync(source, 'utf8'))?.[1] ?? '';
  const file = installed(OWN).find((each) => elfMachine(each) === MACHINES[OWN]?.elf);
  return file === undefined ? '' : spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout.trim();
}
