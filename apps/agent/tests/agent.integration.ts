// Tests rtprobe-agent on a machine without the module: the kernel's controller answers that there is no family.
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_PAYLOAD_MAX, AgentFrame } from '@rtprobe/abi';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { binary, build, Client, frame, hello, netlink, RunningAgent } from './running-agent.ts';

const noModule = !existsSync('/proc/rtprobe');
const magic = Buffer.from('RTP1');
const agents: RunningAgent[] = [];

function start(...args: string[]): RunningAgent {
  const agent = new RunningAgent(...args);
  agents.push(agent);
  return agent;
}

beforeAll(build);
afterEach(() => {
  for (const agent of agents.splice(0)) agent.stop();
});

describe('the command line of rtprobe-agent', () => {
  it('prints its version and its help and exits with 0', () => {
    expect(execFileSync(binary, ['--version']).toString()).toMatch(/^rtprobe-agent \d+\.\d+\.\d+\n$/);
    expect(execFileSync(binary, ['--help']).toString()).toContain('Exit codes');
  });

  it.each([
    [['extra']],
    [['--bogus']],
    [['--socket']],
    [['--socket', '/a', '--device', '/b']],
    [['--activated', '--socket', '/a']],
  ])('exits with 2 on the words %j', (args) => {
    expect(spawnSync(binary, args, { input: '' }).status).toBe(2);
  });

  it('names the unknown word', () => {
    expect(spawnSync(binary, ['extra'], { input: '' }).stderr.toString()).toContain("'extra'");
  });

  it('is one static file', () => {
    expect(execFileSync('file', ['-L', binary]).toString()).toContain('statically linked');
  });

  it('exits with 1 and names a path that cannot be opened', () => {
    for (const way of ['--socket', '--device']) {
      const run = spawnSync(binary, [way, '/nonexistent/port'], { input: '' });
      expect(run.status).toBe(1);
      expect(run.stderr.toString()).toContain('/nonexistent/port');
    }
  });

  it('exits with 3 and names the capability if it may not use netlink', () => {
    const run = spawnSync(
      'setpriv',
      ['--bounding-set', '-all', '--inh-caps', '-all', '--reuid', '65534', '--clear-groups', '--', binary],
      { input: '' },
    );
    expect(run.status).toBe(3);
    expect(run.stderr.toString()).toContain('CAP_NET_ADMIN');
  });
});

describe.runIf(noModule)('rtprobe-agent over standard input and output', () => {
  it('answers hello with its version and then family 0 while there is no module', async () => {
    const agent = start();
    agent.write(hello);
    expect((await agent.frames.next()).payload.toString()).toMatch(/^rtprobe-agent \d/);
    expect(await agent.frames.next()).toEqual({ kind: AgentFrame.family, payload: Buffer.from([0, 0]) });
    expect(await agent.frames.nothingMore()).toBe(true);
  });

  it('reports its machine and its boot', async () => {
    const agent = start();
    agent.write(hello);
    const words = (await agent.frames.next()).payload
      .toString()
      .split(' ')
      .filter((word) => word.includes('='));
    const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : '');
    const machine = read('/etc/machine-id');
    expect(words).toEqual([
      ...(/^[0-9a-f]{32}$/.test(machine) ? [`machine-id=${machine}`] : []),
      `boot-id=${read('/proc/sys/kernel/random/boot_id')}`,
    ]);
  });

  it('reports the CPU time and the memory that it costs', async () => {
    const agent = start();
    await agent.greet();
    const ask = async () => {
      agent.write(frame(AgentFrame.load));
      const { kind, payload } = await agent.frames.next();
      expect([kind, payload.length]).toEqual([AgentFrame.load, 24]);
      return [0, 8, 16].map((offset) => Number(payload.readBigUInt64LE(offset))) as [number, number, number];
    };
    const [before, rss, from] = await ask();
    for (let i = 0; i < 200; i++) await ask();
    const [after, , to] = await ask();
    // One static program.
    expect(rss).toBeGreaterThan(100_000);
    expect(rss).toBeLessThan(8_000_000);
    expect(after).toBeGreaterThan(before);
    expect(after - before).toBeLessThan(to - from);
  });

  it('answers every hello afresh', async () => {
    const agent = start();
    await agent.greet();
    agent.write(hello, hello);
    for (const kind of [AgentFrame.hello, AgentFrame.family, AgentFrame.hello, AgentFrame.family])
      expect((await agent.frames.next()).kind).toBe(kind);
  });

  it('refuses requests while there is no module', async () => {
    const agent = start();
    agent.write(frame(AgentFrame.netlink, netlink(40)));
    expect(await agent.frames.nextCode()).toBe('E_NO_MODULE');
  });

  it('forwards no other family, not even the controller', async () => {
    const agent = start();
    agent.write(frame(AgentFrame.netlink, netlink(16, 3)));
    expect(await agent.frames.nextCode()).toBe('E_NO_MODULE');
    expect(await agent.frames.nothingMore()).toBe(true);
  });

  it('refuses kinds that are not for it, and a hello with a payload', async () => {
    const agent = start();
    for (const kind of [0, AgentFrame.family, AgentFrame.overrun, AgentFrame.refused, 77, 65535]) {
      agent.write(frame(kind));
      expect(await agent.frames.nextCode()).toBe('E_KIND');
    }
    agent.write(frame(AgentFrame.hello, Buffer.from('hi')));
    expect(await agent.frames.nextCode()).toBe('E_LENGTH');
  });

  it('reports a run of garbage once and continues at the next magic', async () => {
    const agent = start();
    agent.write(Buffer.alloc(200_000, 0xa5), hello);
    expect(await agent.frames.nextCode()).toBe('E_MAGIC');
    expect((await agent.frames.next()).kind).toBe(AgentFrame.hello);
  });

  it('finds a magic that is split anywhere after garbage', async () => {
    const agent = start();
    await agent.greet();
    for (let cut = 0; cut <= hello.length; cut++) {
      agent.write(Buffer.from('junk!'), hello.subarray(0, cut));
      await sleep(10);
      agent.write(hello.subarray(cut));
      expect(await agent.frames.nextCode()).toBe('E_MAGIC');
      expect((await agent.frames.next()).kind).toBe(AgentFrame.hello);
      expect((await agent.frames.next()).kind).toBe(AgentFrame.family);
    }
  });

  it('rejects a length over the limit and continues at the next magic', async () => {
    const agent = start();
    agent.write(frame(AgentFrame.netlink, Buffer.from('xx'), AGENT_PAYLOAD_MAX + 1), hello);
    expect(await agent.frames.nextCode()).toBe('E_LENGTH');
    expect((await agent.frames.next()).kind).toBe(AgentFrame.hello);
  });

  it('accepts a frame of the largest size, split into single writes', async () => {
    const agent = start();
    const whole = frame(AgentFrame.netlink, Buffer.alloc(AGENT_PAYLOAD_MAX));
    for (let at = 0; at < whole.length; at += 1021) agent.write(whole.subarray(at, at + 1021));
    expect(await agent.frames.nextCode()).toBe('E_NO_MODULE');
    expect(await agent.frames.nothingMore()).toBe(true);
  });

  it('rejects a header whose reserved field is set', async () => {
    const agent = start();
    const bent = Buffer.from(hello);
    bent.writeUInt16LE(1, 6);
    agent.write(bent, hello);
    expect(await agent.frames.nextCode()).toBe('E_RESERVED');
    expect((await agent.frames.next()).kind).toBe(AgentFrame.hello);
  });

  it('discards a frame whose rest does not arrive, and finds the hello inside its payload', async () => {
    const agent = start();
    agent.write(frame(AgentFrame.netlink, hello, 5000));
    expect(await agent.frames.nextCode()).toBe('E_TRUNCATED');
    expect((await agent.frames.next()).kind).toBe(AgentFrame.hello);
  });

  it('answers earlier requests at the end of its input and exits with 0', async () => {
    const agent = start();
    agent.write(hello, frame(31), frame(AgentFrame.netlink, netlink(40)), hello.subarray(0, 7));
    agent.process.stdin?.end();
    expect(await agent.ended()).toBe(0);
    expect((await agent.frames.next()).kind).toBe(AgentFrame.hello);
    expect((await agent.frames.next()).kind).toBe(AgentFrame.family);
    expect(await agent.frames.nextCode()).toBe('E_KIND');
    expect(await agent.frames.nextCode()).toBe('E_NO_MODULE');
  });

  it('exits with 0 when its output has no reader any more', async () => {
    const agent = start();
    await agent.greet();
    agent.process.stdout?.destroy();
    agent.write(hello);
    expect(await agent.ended()).toBe(0);
  });

  it('reads only as many requests as the reader accepts answers, and answers each one in the end', async () => {
    const agent = start();
    agent.process.stdout?.pause();
    const count = 200_000;
    agent.write(Buffer.concat(Array.from({ length: count }, () => frame(31))));
    await sleep(500);
    expect(agent.process.stdin?.writableLength).toBeGreaterThan(0);
    expect(residentKilobytes(agent)).toBeLessThan(4096);
    agent.process.stdout?.resume();
    for (let i = 0; i < count; i++) expect((await agent.frames.next()).kind).toBe(AgentFrame.refused);
  });

  it('survives random bytes and still answers', async () => {
    const agent = start();
    let seed = 1;
    for (let round = 0; round < 200; round++) {
      const bytes = Buffer.alloc(1 + (round % 97) * 13);
      for (let i = 0; i < bytes.length; i++) {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        bytes[i] = seed >>> 16;
      }
      agent.write(bytes, round % 3 ? magic : hello.subarray(0, round % 12));
    }
    await sleep(1500);
    agent.write(hello);
    for (let kind = 0; kind !== AgentFrame.hello; ) ({ kind } = await agent.frames.next());
    expect((await agent.frames.next()).kind).toBe(AgentFrame.family);
  });
});

function residentKilobytes(agent: RunningAgent): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(agent.process.pid)]).toString());
}

describe.runIf(noModule)('rtprobe-agent on a unix socket', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'agent-'));
    path = join(folder, 'socket');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('uses the socket that systemd passes, for one client after another', async () => {
    const activate = ['systemd-socket-activate', '--listen', path, binary, '--activated'];
    agents.push(new RunningAgent(activate));
    for (let i = 0; i < 2; i++) {
      const client = await Client.connect(path);
      client.socket.write(hello);
      expect((await client.frames.next()).payload.toString()).toMatch(/^rtprobe-agent \d/);
      client.socket.destroy();
      await once(client.socket, 'close');
    }
  });

  it('exits with 1 if systemd passed no socket', () => {
    const run = spawnSync(binary, ['--activated'], { input: '' });
    expect(run.status).toBe(1);
    expect(run.stderr.toString()).toContain('systemd');
  });

  it('tells systemd that it is ready, and twice per interval of the watchdog that it runs', () => {
    const listen = `use IO::Socket::UNIX; use Socket;
my ($path, $agent) = @ARGV;
my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $path) or die;
@ENV{"NOTIFY_SOCKET", "WATCHDOG_USEC"} = ($path, 400000);
my $child = fork // die;
exec $agent, "--socket", "$path.agent" or die if !$child;
$SIG{ALRM} = sub { kill "KILL", $child; exit 1 };
alarm 5;
print join(" ", map { $socket->recv(my $text, 64); $text } 1 .. 4), "\\n";
kill "KILL", $child;`;
    const run = spawnSync('perl', ['-e', listen, join(folder, 'notify'), binary], { encoding: 'utf8' });
    expect(run.stdout).toBe('READY=1 WATCHDOG=1 WATCHDOG=1 WATCHDOG=1\n');
  });

  it('makes the socket readable and writable for its owner only', async () => {
    start('--socket', path);
    await Client.connect(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('lets its group open the socket if asked to', async () => {
    start('--group', '--socket', path);
    await Client.connect(path);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    const alone = spawnSync(binary, ['--group'], { encoding: 'utf8', input: '' });
    expect(alone).toMatchObject({ status: 2, stderr: expect.stringContaining('--socket PATH') });
  });

  it('refuses a second client, disconnects it, and continues with the first', async () => {
    start('--socket', path);
    const first = await Client.connect(path);
    first.socket.write(hello);
    expect((await first.frames.next()).kind).toBe(AgentFrame.hello);
    const second = await Client.connect(path);
    expect(await second.frames.nextCode()).toBe('E_BUSY');
    if (!second.closed) await once(second.socket, 'close');
    first.socket.write(hello);
    expect((await first.frames.next()).kind).toBe(AgentFrame.family);
    expect((await first.frames.next()).kind).toBe(AgentFrame.hello);
  });

  it('admits a client that connected before the agent noticed that the previous one had left', async () => {
    const { process: agent } = start('--socket', path);
    const first = await Client.connect(path);
    first.socket.write(hello);
    expect((await first.frames.next()).kind).toBe(AgentFrame.hello);
    agent.kill('SIGSTOP');
    first.socket.destroy();
    const second = await Client.connect(path);
    second.socket.write(hello);
    agent.kill('SIGCONT');
    expect((await second.frames.next()).kind).toBe(AgentFrame.hello);
  });

  it('serves the next client from the start after one left in the middle of a frame', async () => {
    start('--socket', path);
    for (let round = 0; round < 20; round++) {
      const client = await Client.connect(path);
      client.socket.write(hello);
      expect((await client.frames.next()).kind).toBe(AgentFrame.hello);
      client.socket.write(frame(AgentFrame.netlink, Buffer.alloc(10), 60_000));
      client.socket.destroy();
      await sleep(20);
    }
  });

  it('replaces a socket that a killed agent left behind, but not one that is in use', async () => {
    const killed = start('--socket', path);
    await Client.connect(path);
    const rival = start('--socket', path);
    expect(await rival.ended()).toBe(1);
    expect(rival.stderr).toContain('Address already in use');
    killed.stop();
    await killed.ended();
    start('--socket', path);
    await sleep(100);
    const client = await Client.connect(path);
    client.socket.write(hello);
    expect((await client.frames.next()).kind).toBe(AgentFrame.hello);
  });

  it('does not replace a file that is not a socket', async () => {
    writeFileSync(path, 'precious');
    expect(await start('--socket', path).ended()).toBe(1);
    expect(statSync(path).size).toBe(8);
  });
});
