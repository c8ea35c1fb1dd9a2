// Copies files to another machine: complete and verified, or not at all.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../errors.ts';
import type { AgentFile } from './agent-file.ts';
import type { Answer, Remote } from './remote.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const COPY_MS = 300_000;
const BUILD_MS = 1_800_000;

/** Exit codes of the scripts. */
const FAILURES: Readonly<Record<number, string>> = {
  31: 'its folder cannot be used',
  32: 'no file can be made there',
  33: 'it could not be written: is the disk full?',
  34: 'there is no sha256sum',
  35: 'it arrived incomplete or changed',
  36: 'it does not run there',
  37: 'it could not be put in place',
  38: 'its rights could not be set',
  40: 'the connection was lost',
  41: 'make -C kmod install failed',
  42: 'the module is installed, but could not be loaded',
};

function check(host: string, what: string, { code, words }: Answer): void {
  if (code === 0) return;
  const why = FAILURES[code] ?? `it ended with code ${code}`;
  const said = words.trim().split('\n').slice(-8).join('\n');
  const todo =
    code === 42
      ? `there: sudo rtprobectl load; it says why`
      : 'nothing was changed there; correct it and try again';
  throw new CliError('E_PREPARE', `${what} on ${host}: ${why}${said === '' ? '' : `\n${said}`}`, todo);
}

/** Reads its input into a temporary file, which is removed unless it is moved. Left-overs of a power failure go, too. */
const receive = (digest: string): string => `
trap "rm -rf $new" EXIT
trap "exit 40" HUP INT TERM PIPE
cat >$file || exit 33
sum=$(sha256sum <$file) || exit 34
test "\${sum%% *}" = ${digest} || exit 35
`;

/** An account that is not root runs the agent by a file capability, which nobody else of the machine may use. */
const limit = (group: number): string => `
chown 0:${group} $file && chmod 750 $file || exit 38
PATH=$PATH:/usr/sbin:/sbin
setcap cap_net_admin=ep $file || exit 38
`;

export interface AgentCopy {
  readonly folder: string;
  readonly sudo: boolean;
}

/** Replaces the agent there. A running one continues until its connection ends. Rejects with E_PREPARE or E_REMOTE. */
export async function copyAgent(
  remote: Remote,
  { bytes, digest }: AgentFile,
  { folder, sudo }: AgentCopy,
): Promise<void> {
  const group = sudo ? Number((await remote.run('id -g')).output.trim()) : 0;
  const script = `
umask 022
mkdir -p ${folder} && cd ${folder} || exit 31
find . -maxdepth 1 -name ".rtprobe-agent.??????" -mmin +10 -exec rm -f {} +
new=$(mktemp .rtprobe-agent.XXXXXX) || exit 32
file=$new
${receive(digest)}
chmod 755 $file
./$file --version </dev/null || exit 36
${sudo ? limit(group) : ''}
sync $file 2>/dev/null
mv -f $file rtprobe-agent || exit 37
`;
  const answer = await remote.run(script, { input: bytes, sudo, timeoutMs: COPY_MS });
  check(remote.host, 'rtprobe-agent', answer);
}

/** Returns an archive of the module's sources. Throws E_NO_SOURCES. */
function moduleSources(): Buffer {
  if (!existsSync(join(ROOT, 'kmod/tools/install.sh'))) {
    const todo = 'install rtprobe-dkms on that machine, or call this from a checkout';
    throw new CliError('E_NO_SOURCES', 'this installation has no sources of the module', todo);
  }
  const parts = ['Kbuild', 'Makefile', 'src', 'compat', 'uapi', 'tools'].map((part) => `kmod/${part}`);
  const words = ['-C', ROOT, '--exclude=*.o', '--exclude=*.ko', '-c', ...parts];
  const { status, stdout, stderr } = spawnSync('tar', words, { maxBuffer: 64 * 1024 * 1024 });
  if (status === 0) return stdout;
  throw new CliError('E_NO_SOURCES', `tar: ${stderr}`, 'install tar');
}

/** Builds the module on that machine for its running kernel, installs it with rtprobectl, and loads it. */
export async function installModule(remote: Remote, sudo: boolean): Promise<void> {
  const input = moduleSources();
  const digest = createHash('sha256').update(input).digest('hex');
  const script = `
umask 022
new=$(mktemp -d /tmp/rtprobe-kmod.XXXXXX) || exit 32
file=$new/kmod.tar
${receive(digest)}
tar -xf $file -C $new || exit 33
PATH=$PATH:/usr/sbin:/sbin
make -s -C $new/kmod install >&2 || exit 41
rtprobectl load >&2 || exit 42
`;
  check(remote.host, 'the module', await remote.run(script, { input, sudo, timeoutMs: BUILD_MS }));
}
