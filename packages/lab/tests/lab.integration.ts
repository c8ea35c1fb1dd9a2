import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedGuest, boot, equip, labs, prepareEquipment } from '../src/index.ts';
import { sameProcessAlive } from '../src/processes.ts';
import { runtimeRoot } from '../src/qemu/runtime.ts';

const CLI = join(import.meta.dirname, '../../../apps/cli/src/main.ts');

describe('a guest of 6.12-rt with the module', () => {
  let guest: BootedGuest;
  let scratch: string;
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'rtprobe-lab-'));
    const equipment = await prepareEquipment({ kernel: '6.12-rt', moduleParams: ['threshold=40ms'] });
    guest = await boot({ kernel: '6.12-rt' });
    await equip(guest, equipment);
  });
  afterAll(async () => {
    await guest?.down();
    rmSync(scratch, { recursive: true });
  });

  it('is a stock Debian real-time kernel on the CPUs it was given', async () => {
    const { stdout } = await guest.exec(['uname', '-a']);
    expect(stdout).toMatch(/ PREEMPT_RT Debian /);
    expect(stdout).toContain(guest.release);
    expect(await guest.sh('nproc')).toBe('2\n');
  });

  it('has the programs that guest scripts use, in an image whose packages are not configured', async () => {
    const programs = ['awk', 'cyclictest', 'hackbench', 'insmod', 'ip', 'mount', 'perl', 'ping', 'pgrep'];
    const all = [...programs, 'setpriv', 'setsid', 'stress-ng', 'taskset', 'chrt', 'umount', 'unshare'];
    const missing = await guest.sh(
      `for each in ${all.join(' ')}; do command -v $each >/dev/null || echo $each; done`,
    );
    expect(missing).toBe('');
    expect(await guest.sh('id -un 65534')).toBe('nobody\n');
  });

  it('has the module loaded with its parameters', async () => {
    expect(await guest.sh('cat /proc/rtprobe/control')).toMatch(/^threshold=40ms$/m);
  });

  it('forwards exit codes and signals', async () => {
    expect((await guest.exec(['sh', '-c', 'exit 7'])).code).toBe(7);
    expect(await guest.exec(['sh', '-c', 'kill -TERM $$'])).toMatchObject({ code: 143, signal: 15 });
  });

  it('separates both outputs and shows them while the command runs', async () => {
    const seen: string[] = [];
    const running = guest.exec(['sh', '-c', 'echo early; read line; echo "$line" >&2'], {
      stdin: delayed('late\n', () => seen.length > 0),
      onStdout: (bytes) => seen.push(bytes.toString()),
    });
    expect(await running).toMatchObject({ code: 0, stderr: 'late\n' });
    expect(seen).toEqual(['early\n']);
  });

  it('carries megabytes both ways without losing a byte', async () => {
    const blob = Buffer.alloc(3_000_000, 'rtprobe');
    const parts: Buffer[] = [];
    const { code } = await guest.exec(['cat'], {
      stdin: blob,
      onStdout: (bytes) => parts.push(Buffer.from(bytes)),
    });
    expect(code).toBe(0);
    expect(Buffer.concat(parts).equals(blob)).toBe(true);
  });

  it('runs commands in parallel', async () => {
    const results = await Promise.all(
      [1, 2, 3].map((n) => guest.exec(['sh', '-c', `sleep 0.${n}; echo ${n}`])),
    );
    expect(results.map((result) => result.stdout)).toEqual(['1\n', '2\n', '3\n']);
  });

  it('reports E_GUEST_EXEC for a missing command', async () => {
    await expect(guest.exec(['no-such-command'])).rejects.toMatchObject({ code: 'E_GUEST_EXEC' });
  });

  it('kills a command that takes too long and reports E_TIMEOUT', async () => {
    await expect(guest.exec(['sleep', '60'], { timeout: 300 })).rejects.toMatchObject({ code: 'E_TIMEOUT' });
  });

  it('does not wait for a command of a guest that hangs', async () => {
    const { qemu } = labs().find(({ state }) => state?.owner?.pid === process.pid)!.state!;
    const running = guest.exec(['sleep', '60'], { timeout: 300 });
    process.kill(qemu.pid, 'SIGSTOP');
    try {
      await expect(running).rejects.toMatchObject({ code: 'E_GUEST_LOST' });
    } finally {
      process.kill(qemu.pid, 'SIGCONT');
    }
    expect((await guest.exec(['true'])).code).toBe(0);
  });

  it('copies folders in and out with their modes', async () => {
    const dir = join(scratch, 'tree');
    spawnSync('sh', ['-c', `mkdir -p ${dir}/sub && echo 'echo ran' >${dir}/sub/x && chmod 755 ${dir}/sub/x`]);
    await guest.copyIn([dir]);
    expect(await guest.sh('tree/sub/x')).toBe('ran\n');
    await guest.sh('echo changed >>tree/sub/x');
    const out = join(scratch, 'out');
    spawnSync('mkdir', [out]);
    await guest.copyOut('/work/tree', out);
    expect(readFileSync(join(out, 'tree/sub/x'), 'utf8')).toBe('echo ran\nchanged\n');
  });

  it('reports E_COPY with the name of a missing file', async () => {
    await expect(guest.copyIn([join(scratch, 'absent')])).rejects.toMatchObject({
      code: 'E_COPY',
      message: expect.stringContaining('absent'),
    });
    await expect(guest.copyOut('/absent', scratch)).rejects.toMatchObject({ code: 'E_COPY' });
  });

  it('shows a terminal of the requested size', async () => {
    const shell = guest.start(['sh', '-c', 'tty; stty size'], { tty: { rows: 33, cols: 77 } });
    let text = '';
    shell.stdout.on('data', (bytes: Buffer) => {
      text += bytes;
    });
    shell.stderr.resume();
    expect(await shell.exit).toEqual({ code: 0 });
    expect(text).toMatch(/^\/dev\/pts\/\d+\r\n33 77\r\n/);
  });

  it('carries the agent, which answers a hello on its socket', async () => {
    const socket = connect(guest.agentSocket);
    let heard = '';
    // Events may arrive first: the agent sends to every listener.
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1');
    });
    // An empty hello frame, as in kmod/uapi/rtprobe.yaml: magic, u16 kind, u16 0, u32 length.
    socket.write(Buffer.concat([Buffer.from('RTP1'), Buffer.from([2, 0, 0, 0, 0, 0, 0, 0])]));
    await expect.poll(() => heard, { timeout: 10_000 }).toMatch(/rtprobe-agent \d/);
    socket.destroy();
  });

  it('starts the agent again when it dies', async () => {
    const pid = (await guest.sh('pidof rtprobe-agent')).trim();
    await guest.sh(`kill -KILL ${pid}`);
    await expect
      .poll(() => guest.exec(['pidof', 'rtprobe-agent']).then((r) => r.stdout.trim()), { timeout: 10_000 })
      .toMatch(/^\d+$/);
    expect((await guest.sh('pidof rtprobe-agent')).trim()).not.toBe(pid);
  });

  it('has real disk and network interrupts and the disturbance’s device', async () => {
    expect((await guest.exec(['ping', '-c', '3', '-i', '0.2', '10.0.2.2'])).code).toBe(0);
    expect(await guest.sh('cat /proc/interrupts')).toMatch(/virtio\d-input[\s\S]*|virtio\d-req/);
    expect(await guest.sh('cat /sys/bus/pci/devices/*/device')).toContain('0x11e8');
  });

  it('does not let the guest reach the outside', async () => {
    expect((await guest.exec(['ping', '-c', '1', '-W', '1', '10.0.2.1'])).code).not.toBe(0);
    expect(
      (await guest.exec(['bash', '-c', 'exec 3<>/dev/tcp/10.0.2.2/22'], { timeout: 20_000 })).code,
    ).not.toBe(0);
  });

  it('leaves no process and no file when it stops', async () => {
    const entry = labs().find((each) => each.state?.owner?.pid === process.pid)!;
    expect(existsSync(entry.dir)).toBe(true);
    await guest.down();
    expect(sameProcessAlive(entry.state!.qemu)).toBe(false);
    expect(existsSync(entry.dir)).toBe(false);
    await expect(guest.exec(['true'])).rejects.toMatchObject({ code: 'E_GUEST_LOST' });
  });
});

describe('the command line', () => {
  const rtprobe = (...words: string[]) =>
    spawn(process.execPath, [CLI, 'lab', ...words], { stdio: ['pipe', 'pipe', 'pipe'] });

  it('runs a command on copied files and exits with its code', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'rtprobe-lab-'));
    writeFileSync(join(dir, 'say.sh'), 'echo "$1 $(cat)"; exit 5');
    const child = rtprobe(
      'run',
      '--no-module',
      '--copy',
      join(dir, 'say.sh'),
      '--',
      'sh',
      'say.sh',
      'one two',
    );
    child.stdin.end('three');
    let text = '';
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes;
    });
    const [code] = await once(child, 'close');
    rmSync(dir, { recursive: true });
    expect([code, text]).toEqual([5, 'one two three\n']);
  });

  it('stops its guest within three seconds of a Ctrl-C', async () => {
    const child = rtprobe('run', '--no-module', '--', 'sh', '-c', 'echo up; sleep 60');
    await once(child.stdout, 'data');
    const lab = labs().find((each) => each.state?.owner?.pid === child.pid)!;
    const start = Date.now();
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(Date.now() - start).toBeLessThan(3000);
    await expect.poll(() => sameProcessAlive(lab.state!.qemu)).toBe(false);
    expect(existsSync(lab.dir)).toBe(false);
  });

  it('leaves no guest behind when it is killed by SIGKILL, and the next lab removes its files', async () => {
    const child = rtprobe('run', '--no-module', '--', 'sh', '-c', 'echo up; sleep 60');
    await once(child.stdout, 'data');
    const lab = labs().find((each) => each.state?.owner?.pid === child.pid)!;
    child.kill('SIGKILL');
    await once(child, 'close');
    await expect.poll(() => sameProcessAlive(lab.state!.qemu), { timeout: 5000 }).toBe(false);
    expect(existsSync(lab.dir)).toBe(true);
    labs();
    expect(readdirSync(runtimeRoot())).not.toContain(lab.name);
  });
});

/** A stream that sends its text once `ready` resolves. */
async function* delayedWords(text: string, ready: () => boolean): AsyncGenerator<Buffer> {
  while (!ready()) await sleep(20);
  yield Buffer.from(text);
}

function delayed(text: string, ready: () => boolean): Readable {
  return Readable.from(delayedWords(text, ready));
}
