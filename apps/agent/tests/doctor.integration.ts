// The facts of the doctor: the real agent on this machine, and a sanitized one on hostile copies of other machines.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AGENT_DOCTOR_FILES, AgentFrame } from '@rtprobe/abi';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { binary, build, directory, frame, hello, RunningAgent } from './running-agent.ts';

interface Facts {
  files: Record<string, string | { error?: string; text?: string; cut?: true }>;
  tasks: { pid: number; tid: number; name: string; kernel: boolean; policy: number; cpus?: string }[];
  latencyHolders: { pid: number; name: string }[];
  leftOut: number;
  config?: { file: string; options: Record<string, string> };
}

const ask = frame(AgentFrame.doctor);
const agents: RunningAgent[] = [];
let folder: string;

beforeAll(() => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'rtprobe-doctor-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  for (const agent of agents.splice(0)) agent.stop();
});

function start(): RunningAgent {
  const agent = new RunningAgent();
  agents.push(agent);
  return agent;
}

/** Reads frames up to the empty one that ends an answer. */
async function answerOf(agent: RunningAgent): Promise<Facts> {
  const parts: Buffer[] = [];
  for (;;) {
    const { kind, payload } = await agent.frames.next();
    expect(kind).toBe(AgentFrame.doctor);
    expect(payload.length).toBeLessThanOrEqual(16_384);
    if (payload.length === 0) return JSON.parse(Buffer.concat(parts).toString()) as Facts;
    parts.push(Buffer.from(payload));
  }
}

const patternOf = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
const listed = AGENT_DOCTOR_FILES.map(patternOf);

describe('the facts of the doctor', () => {
  it('are announced in the hello of the agent', async () => {
    const agent = start();
    agent.write(hello);
    expect((await agent.frames.next()).payload.toString().split(' ')).toContain('doctor');
  });

  it('have files of the list only, with their text', async () => {
    const agent = start();
    agent.write(ask);
    const { files, leftOut } = await answerOf(agent);
    expect(leftOut).toBe(0);
    for (const path of Object.keys(files))
      expect(
        listed.some((one) => one.test(path)),
        path,
      ).toBe(true);
    for (const path of ['/proc/version', '/proc/cmdline', '/sys/devices/system/cpu/online'])
      expect(files[path], path).toBe(readFileSync(path, 'utf8').trimEnd());
    expect(files['/sys/kernel/realtime']).toEqual(
      existsSync('/sys/kernel/realtime') ? '1' : { error: 'ENOENT' },
    );
  });

  it('have the tasks of the machine, real-time ones with their CPUs', async () => {
    const agent = start();
    agent.write(ask);
    const { tasks } = await answerOf(agent);
    const own = tasks.find(({ pid }) => pid === process.pid);
    expect(own).toMatchObject({ kernel: false, policy: 0 });
    const migration = tasks.find(({ name }) => name === 'migration/0');
    expect(migration).toMatchObject({ kernel: true, policy: 1, priority: 99, cpus: '0' });
    expect(tasks.indexOf(migration!)).toBeLessThan(tasks.indexOf(own!));
  });

  it('name the process that has /dev/cpu_dma_latency open', async () => {
    const device = '/dev/cpu_dma_latency';
    if (!existsSync(device)) return expect(readdirSync('/dev')).not.toContain('cpu_dma_latency');
    const holder = new RunningAgent(['sh', '-c', `exec 3<>${device}; exec sleep 60`]);
    agents.push(holder);
    await expect
      .poll(() => {
        const { latencyHolders } = JSON.parse(
          execFileSync(binary, ['--doctor'], { encoding: 'utf8' }),
        ) as Facts;
        return latencyHolders.map(({ pid }) => pid);
      })
      .toContain(holder.process.pid);
  });

  it('are refused for a request with a payload, and while an answer is awaited', async () => {
    const agent = start();
    agent.write(frame(AgentFrame.doctor, Buffer.from('/etc/shadow')));
    expect(await agent.frames.nextCode()).toBe('E_LENGTH');
    agent.write(ask, ask);
    const kinds = [];
    do kinds.push(await agent.frames.next());
    while (kinds.at(-1)!.payload.length > 0);
    const refused = kinds.filter(({ kind }) => kind === AgentFrame.refused);
    expect(refused.map(({ payload }) => payload.toString().split(' ')[0])).toEqual(['E_BUSY']);
    expect(await agent.frames.nothingMore()).toBe(true);
  });

  it('are complete at the end of the input', async () => {
    const agent = start();
    agent.write(ask);
    agent.process.stdin?.end();
    expect((await answerOf(agent)).tasks.length).toBeGreaterThan(0);
    expect(await agent.ended()).toBe(0);
  });

  it('are printed for an ordinary user, with what that user may not read', () => {
    const asNobody = spawnSync('setpriv', ['--reuid=65534', '--clear-groups', binary, '--doctor'], {
      encoding: 'utf8',
    });
    // The folder of the working tree may be closed to others.
    if (asNobody.status === 127) return expect(asNobody.stderr).toMatch(/Permission denied/);
    const facts = JSON.parse(asNobody.stdout) as Facts & { unreadableFds: number; uid: number };
    expect(facts.uid).toBe(65_534);
    expect(facts.unreadableFds).toBeGreaterThan(0);
    expect(facts.files['/proc/version']).toMatch(/^Linux version /);
  });

  it('are lines for people with --text', () => {
    const text = execFileSync(binary, ['--doctor', '--text'], { encoding: 'utf8' });
    expect(text).toMatch(/^ {2}\/proc\/version: Linux version /m);
    expect(text).toMatch(/^ {2}pid=\d+ {2}tid=\d+ {2}name=migration\/0 {2}kernel=true {2}policy=1 /m);
  });

  it.each([
    [['--root', '/'], /--text and --root need --doctor/],
    [['--doctor', '--socket', '/tmp/x'], /at most one of/],
    [['--doctor', 'more'], /unknown word/],
  ])('need right arguments: %s', (words, message) => {
    const { status, stderr } = spawnSync(binary, words, { encoding: 'utf8' });
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});

describe('the facts of a copy of another machine', () => {
  let root: string;
  let sanitized: string;

  beforeAll(() => {
    sanitized = join(folder, 'agent');
    const sources = readdirSync(directory).filter((name) => name.endsWith('.c'));
    const flags = ['-g', '-O1', '-std=gnu11', '-D_GNU_SOURCE', '-fsanitize=address,undefined'];
    const more = ['-fno-sanitize-recover=all', `-I${join(directory, '../../kmod/uapi')}`, '-o', sanitized];
    execFileSync('gcc', [...flags, ...more, ...sources.map((name) => join(directory, name))]);
  });
  beforeEach(() => {
    root = mkdtempSync(join(folder, 'root-'));
  });

  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  function read(): Facts {
    const { status, stdout, stderr } = spawnSync(sanitized, ['--doctor', '--root', root], {
      maxBuffer: 4 << 20,
      timeout: 60_000,
    });
    expect(stderr.toString()).toBe('');
    expect(status).toBe(0);
    expect(stdout.length).toBeLessThanOrEqual(1 << 20);
    // Throws if a byte is not UTF-8.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(stdout)) as Facts;
  }

  it('are read there only: links do not lead out of it', () => {
    writeFileSync(join(folder, 'secret'), 'secret');
    mkdirSync(join(root, 'proc/sys/kernel'), { recursive: true });
    symlinkSync(join(folder, 'secret'), join(root, 'proc/cmdline'));
    symlinkSync('../../../../../../../../etc/passwd', join(root, 'proc/version'));
    symlinkSync('/', join(root, 'sys'));
    put('proc/stat', 'cpu 1 2');
    const facts = read();
    expect(facts.files['/proc/cmdline']).toEqual({ error: 'ENOENT' });
    expect(facts.files['/proc/version']).toEqual({ error: 'ENOENT' });
    expect(facts.files['/proc/stat']).toBe('cpu 1 2');
    expect(JSON.stringify(facts)).not.toMatch(/secret|root:/);
  });

  it('have no pipes, devices and folders, and do not wait for them', () => {
    mkdirSync(join(root, 'proc/stat'), { recursive: true });
    execFileSync('mkfifo', [join(root, 'proc/cmdline')]);
    execFileSync('mknod', [join(root, 'proc/version'), 'c', '1', '5']);
    const { files } = read();
    for (const path of ['/proc/stat', '/proc/cmdline', '/proc/version'])
      expect(files[path]).toEqual({ error: 'EINVAL' });
  });

  it('are valid JSON whatever the files contain', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    put('proc/cmdline', bytes);
    put('proc/version', Buffer.from('\xed\xa0\x80\xf5\xc0\xaf"\\\u2028', 'latin1'));
    put('proc/cpuinfo', 'x'.repeat(100_000));
    put('proc/stat', '');
    put('sys/class/net/a"b\nc/operstate', 'up\n');
    const { files } = read();
    expect(files['/proc/cpuinfo']).toEqual({ text: 'x'.repeat(4096), cut: true });
    expect(files['/proc/stat']).toBe('');
    expect(files['/proc/cmdline']).toContain('"#$%');
    expect(files['/sys/class/net/a"b\nc/operstate']).toBe('up');
  });

  it('have names of tasks with any characters, and no task whose file is damaged', () => {
    const stat = (name: string, rest: string) => `7 (${name}) S ${rest}`;
    const fields = [
      '1 1 1 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 18446744073709551615',
      '0 '.repeat(12).trim(),
    ];
    const whole = `${fields.join(' ')} 17 0 50 1 0 0 0`;
    const files: Record<string, string> = {
      7: stat('a) S 1 (b"\\', whole),
      8: stat('x', '1 1'),
      9: 'no parenthesis at all',
      10: '10 )(',
      11: stat('y'.repeat(2000), whole),
      12: '',
      13: stat('z', whole.replace(' 50 1 ', ' 99999999999999999999999 18446744073709551615 ')),
    };
    for (const [pid, text] of Object.entries(files)) put(`proc/${pid}/task/${pid}/stat`, text);
    put('proc/7/task/7/status', 'Name:\tx\nCpus_allowed_list:\t0-3\n');
    put('proc/8888888888/task/1/stat', stat('q', whole));
    put('proc/7/task/self/stat', stat('q', whole));
    const { tasks } = read();
    expect(tasks.find(({ pid }) => pid === 7)).toEqual({
      ...{ pid: 7, tid: 7, name: 'a) S 1 (b"\\', kernel: true, policy: 1, priority: 50, cpus: '0-3' },
    });
    expect(tasks.map(({ pid }) => pid).sort((a, b) => a - b)).not.toEqual(expect.arrayContaining([8]));
    for (const pid of [9, 10, 11, 12]) expect(tasks.map((task) => task.pid)).not.toContain(pid);
  });

  it('have the options of the configuration that the kernel was built with', () => {
    put('proc/sys/kernel/osrelease', '6.1.0-rt\n');
    put(
      'boot/config-6.1.0-rt',
      `# CONFIG_HZ is not set\nCONFIG_PREEMPT_RT=y\nCONFIG_HZ=${'9'.repeat(5000)}\nCONFIG_X=y\n`,
    );
    expect(read().config).toEqual({
      file: '/boot/config-6.1.0-rt',
      options: { CONFIG_PREEMPT_RT: 'y', CONFIG_HZ: '9'.repeat(64) },
    });
    put('proc/sys/kernel/osrelease', '../../etc/passwd\n');
    expect(read().config).toBeUndefined();
  });

  it('are bounded, and count what is left out', () => {
    for (let i = 0; i < 400; i++) put(`proc/irq/${i}/effective_affinity_list`, 'x'.repeat(4096));
    put('sys/kernel/realtime', '1');
    const { files, leftOut, tasks } = read();
    expect(leftOut).toBeGreaterThan(100);
    expect(files['/sys/kernel/realtime']).toBe('1');
    expect(tasks).toEqual([]);
  });

  it('survive damaged files of every kind', () => {
    const plain = AGENT_DOCTOR_FILES.map((pattern) => pattern.replaceAll(/\[0-9\]\*|\*/g, '0'));
    let state = 1;
    const random = (n: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >> 8) % n;
    };
    const words = [
      '99999999999999999999',
      '-1',
      '0-',
      ',',
      '\0',
      '(',
      ')',
      '\n',
      ' ',
      '\xff',
      'Cpus_allowed_list:',
    ];
    for (let round = 0; round < 10; round++) {
      for (const path of [...plain, '/proc/1/task/1/stat', '/proc/1/task/1/status']) {
        const text = Array.from({ length: random(60) }, () => words[random(words.length)]).join('');
        put(path, Buffer.from(text, 'latin1'));
      }
      read();
      const lines = spawnSync(sanitized, ['--doctor', '--text', '--root', root]);
      expect([lines.status, lines.stderr.toString()]).toEqual([0, '']);
    }
  }, 120_000);
});
