// Tests --prepare with a real sshd, in a mount namespace that stands for another machine: what is copied disappears
// with it. Needs root.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { agentFor } from './agent-file.ts';
import { copyAgent } from './install.ts';
import { remoteOf } from './remote.ts';
import { readTarget } from './target.ts';

const MAIN = join(import.meta.dirname, '../main.ts');
const dir = mkdtempSync(join(tmpdir(), 'rtprobe-prepare-'));
const path = process.env.PATH ?? '';
let sshd: ChildProcess;
let served: ChildProcess | undefined;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** Returns the machine's sshd, else one that was unpacked: installing the package would start it for everybody. */
function sshdProgram(): { program: string; libraries: string } {
  const program = '/usr/sbin/sshd';
  if (existsSync(program)) return { program, libraries: '' };
  const script =
    'apt-get -q download openssh-server libwrap0 && for each in *.deb; do dpkg-deb -x $each root; done';
  const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: dir, encoding: 'utf8' });
  if (status !== 0) throw new Error(`no sshd: ${stderr}`);
  const libraries = spawnSync('sh', ['-c', 'dirname $(find $PWD/root -name "libwrap.so*" | head -n 1)'], {
    cwd: dir,
    encoding: 'utf8',
  });
  return { program: join(dir, 'root', program), libraries: libraries.stdout.trim() };
}

/** The other machine: empty folders for what is copied, and an account for sshd. */
const NAMESPACE = `
mount -t tmpfs -o size=8m none /usr/local/bin
mkdir -p /run/sshd
if ! grep -q ^sshd: /etc/passwd; then
	cp /etc/passwd passwd; echo sshd:x:65534:65534::/run/sshd:/usr/sbin/nologin >>passwd; mount --bind passwd /etc/passwd
fi
exec "$0" -D -e -f sshd_config`;

beforeAll(async () => {
  if (process.getuid?.() !== 0) throw new Error('this test needs root for a mount namespace: sudo npm test');
  for (const name of ['host_key', 'key'])
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, name)]);
  const port = await freePort();
  const lines = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${dir}/host_key`, `PidFile ${dir}/pid`],
    ...[`AuthorizedKeysFile ${dir}/key.pub`, 'PermitRootLogin yes', 'StrictModes no', 'UsePAM no'],
  ];
  writeFileSync(join(dir, 'sshd_config'), `${lines.join('\n')}\n`);
  const { program, libraries } = sshdProgram();
  const words = ['--mount', '--propagation', 'private', 'sh', '-euc', NAMESPACE, program];
  sshd = spawn('unshare', words, {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) },
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    sshd.stderr!.on('data', (text) => {
      said += text;
      if (said.includes('Server listening')) resolve();
    });
    sshd.once('exit', (code) => reject(new Error(`sshd ended with ${code}: ${said}`)));
  });
  const common = ['HostName 127.0.0.1', 'User root', `IdentityFile ${dir}/key`, 'StrictHostKeyChecking no'];
  // One login for all: on a machine with slow name lookups each takes ten seconds.
  const shared = ['ControlMaster auto', `ControlPath ${dir}/%h-%p`, 'ControlPersist 60'];
  const client = [
    ...['Host target', `Port ${port}`, ...shared, 'Host gone', 'Port 9', 'Host *'],
    ...[...common, 'UserKnownHostsFile /dev/null', 'LogLevel ERROR'],
  ];
  writeFileSync(join(dir, 'config'), client.join('\n'));
  useSsh('exec /usr/bin/ssh -F "$(dirname "$0")/config" "$@"');
  process.env.PATH = `${dir}${delimiter}${path}`;
});
afterAll(async () => {
  spawnSync('ssh', ['-O', 'exit', 'target']);
  sshd.kill();
  if (sshd.exitCode === null) await once(sshd, 'exit');
  process.env.PATH = path;
  rmSync(dir, { recursive: true, force: true });
});
afterEach(async () => {
  useSsh('exec /usr/bin/ssh -F "$(dirname "$0")/config" "$@"');
  await there('rm -rf /usr/local/bin/* /usr/local/bin/.rt*; mount -o remount,size=8m /usr/local/bin');
  if (served?.exitCode === null && served.signalCode === null) {
    served.kill();
    await once(served, 'exit');
  }
});

function useSsh(line: string): void {
  writeFileSync(join(dir, 'ssh'), `#!/bin/sh\n${line}\n`);
  chmodSync(join(dir, 'ssh'), 0o755);
}

const remote = remoteOf('target');
const there = async (script: string) => (await remote.run(script)).output.trim();
const folder = { folder: '/usr/local/bin', sudo: false };
const OWN = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

describe('the copy of an agent', () => {
  it('is complete, runs, and is the only file', async () => {
    expect((await readTarget(remote)).agent).toBeUndefined();
    const agent = await agentFor(OWN);
    await copyAgent(remote, agent, folder);
    expect(await there('sha256sum </usr/local/bin/rtprobe-agent')).toContain(agent.digest);
    expect(await there('ls -A /usr/local/bin; stat -c %a /usr/local/bin/rtprobe-agent')).toBe(
      'rtprobe-agent\n755',
    );
    const target = await readTarget(remote);
    expect(target).toMatchObject({
      machine: OWN,
      uid: 0,
      agent: { path: '/usr/local/bin/rtprobe-agent', isAllowed: true },
    });
    expect(target.agent!.version).toMatch(/^rtprobe-agent \d/);
  });

  it.each([
    [
      'a connection that breaks',
      'head -c 100000 | /usr/bin/ssh -F "$(dirname "$0")/config" "$@"',
      'true',
      /incomplete/,
    ],
    [
      'a full disk',
      'exec /usr/bin/ssh -F "$(dirname "$0")/config" "$@"',
      'mount -o remount,size=200k /usr/local/bin',
      /disk full/,
    ],
    [
      'another architecture',
      'exec /usr/bin/ssh -F "$(dirname "$0")/config" "$@"',
      'printf "#!/bin/sh\\nexit 0\\n" >/usr/local/bin/chmod; chmod 755 /usr/local/bin/chmod',
      /does not run there/,
    ],
  ])('leaves no file and keeps the old one after %s', async (_name, ssh, before, message) => {
    await there(
      'printf "#!/bin/sh\\necho old\\n" >/usr/local/bin/rtprobe-agent; chmod 755 /usr/local/bin/rtprobe-agent',
    );
    await there(before);
    const names = await there('ls -A /usr/local/bin');
    const agent = await agentFor(OWN);
    useSsh(ssh);
    const failed = await copyAgent(remote, agent, folder).catch((error: unknown) => error);
    useSsh('exec /usr/bin/ssh -F "$(dirname "$0")/config" "$@"');
    expect(failed).toMatchObject({ code: 'E_PREPARE', message: expect.stringMatching(message) });
    expect(await there('ls -A /usr/local/bin')).toBe(names);
    expect(await there('rtprobe-agent --version')).toBe('old');
  });
});

function serve(...more: string[]) {
  const options = [
    '--no-history',
    '--data',
    join(dir, 'data'),
    '--socket',
    join(dir, 'run', 's'),
    '--listen',
    '127.0.0.1:0',
  ];
  const child = spawn(process.execPath, [
    MAIN,
    'serve',
    '--source',
    'ssh:target=cell',
    ...options,
    '--json',
    ...more,
  ]);
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  served = child;
  return { child, said: () => said };
}

describe('rtprobe serve --prepare', () => {
  it('copies the agent, says what is missing there, and then follows the machine', async () => {
    const { child, said } = serve('--prepare', '--yes');
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    expect(said()).toMatch(/target: will copy rtprobe-agent \(\d\.\d MB, \w+\) to \/usr\/local\/bin\n/);
    expect(said()).toMatch(/target: copied rtprobe-agent \d\S+, sha256 [0-9a-f]{16}…/);
    expect(said()).toMatch(/target: the module is not (loaded|installed).*\n {2}→ there: /);
    const { socket } = JSON.parse(line) as { socket: string };
    const status = () =>
      spawnSync('curl', ['-s', '--unix-socket', socket, 'http://x/api/v1/status'], { encoding: 'utf8' })
        .stdout;
    await expect.poll(status, { timeout: 30_000 }).toMatch(/"host":"cell".*rtprobectl load/);
  });

  it('asks before it changes anything, and tells scripts how to agree', async () => {
    const { child, said } = serve('--prepare');
    child.stdin.end();
    expect((await once(child, 'exit'))[0]).toBe(1);
    expect(said()).toMatch(/will copy rtprobe-agent[\s\S]*E_PREPARE_ASK[\s\S]*--yes/);
    expect(await there('ls -A /usr/local/bin')).toBe('');
  });

  it('reports what the machine cannot do: an unknown architecture, and a module without headers', async () => {
    await there(
      'printf "#!/bin/sh\\ncase \\$1 in -m) echo riscv64;; *) echo 9.9.9;; esac\\n" >/usr/local/bin/uname; chmod 755 /usr/local/bin/uname',
    );
    const first = serve('--prepare', '--yes');
    await once(first.child, 'exit');
    expect(first.said()).toMatch(/E_NO_AGENT: there is no agent for riscv64/);
    const second = serve('--prepare', '--yes', '--install-module');
    await once(second.child, 'exit');
    expect(second.said()).toMatch(
      /E_REMOTE_BUILD: target: .*the headers of 9\.9\.9\n.*apt-get install .*linux-headers-9\.9\.9/,
    );
    expect(await there('ls -A /usr/local/bin')).toBe('uname');
  });
});

it('a machine that cannot be reached is reported with what to do', async () => {
  await expect(readTarget(remoteOf('gone'))).rejects.toMatchObject({
    code: 'E_REMOTE',
    message: expect.stringContaining('Connection refused'),
    remedy: expect.stringContaining('ssh-copy-id gone'),
  });
});
