import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify } from '../processes.ts';
import { createLabDir, type LabState, runtimeRoot, sweepLabs, writeState } from './runtime.ts';

let home: string;
const before = process.env.XDG_RUNTIME_DIR;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'rtprobe-run-'));
  process.env.XDG_RUNTIME_DIR = home;
});
afterEach(() => {
  if (before === undefined) delete process.env.XDG_RUNTIME_DIR;
  else process.env.XDG_RUNTIME_DIR = before;
  rmSync(home, { recursive: true });
});

const self = () => identify(process.pid)!;
const gone = () => ({ pid: spawnSync('true').pid, start: '1' });
const state = (extra: Partial<LabState>): LabState => ({
  kernel: '6.12-rt',
  qemu: self(),
  cpus: 2,
  memoryMiB: 1024,
  acceleration: 'tcg',
  started: new Date().toISOString(),
  ...extra,
});

describe('the runtime folder', () => {
  it('is not accessible to others', () => {
    expect(statSync(runtimeRoot()).mode & 0o777).toBe(0o700);
  });

  it('is rejected if others could access it', () => {
    mkdirSync(join(home, 'rtprobe'), { mode: 0o755 });
    expect(() => runtimeRoot()).toThrow(expect.objectContaining({ code: 'E_NO_ROOT' }));
  });

  it('has a folder of its own for each guest', () => {
    expect(createLabDir()).not.toBe(createLabDir());
  });

  it('rejects a second guest of the same name and an invalid name', () => {
    const dir = createLabDir('lab');
    writeState(dir, state({}));
    expect(() => createLabDir('lab')).toThrow(expect.objectContaining({ code: 'E_LAB_RUNNING' }));
    for (const bad of ['', '../x', 'a b', 'x'.repeat(25)]) {
      expect(() => createLabDir(bad)).toThrow(expect.objectContaining({ code: 'E_RANGE' }));
    }
  });
});

describe('sweepLabs', () => {
  it('keeps running guests: owned by a live process, or left running', () => {
    writeState(createLabDir('owned'), state({ owner: self() }));
    writeState(createLabDir('left'), state({}));
    expect(
      sweepLabs()
        .map((entry) => entry.name)
        .sort(),
    ).toEqual(['left', 'owned']);
  });

  it('removes the folder of a guest that has ended', () => {
    const dir = createLabDir();
    writeState(dir, state({ qemu: gone() }));
    expect(sweepLabs()).toEqual([]);
    expect(existsSync(dir)).toBe(false);
  });

  it('stops the guest of an owner that was killed', async () => {
    const guest = spawn('sleep', ['60']);
    const ended = once(guest, 'exit');
    const dir = createLabDir();
    writeState(dir, state({ qemu: identify(guest.pid!)!, owner: gone() }));
    sweepLabs();
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(existsSync(dir)).toBe(false);
  });

  it('does not stop a process that reuses the id of a guest', () => {
    const dir = createLabDir();
    writeState(dir, state({ qemu: { pid: process.pid, start: '1' } }));
    sweepLabs();
    expect(existsSync(dir)).toBe(false); // and we are still here
  });

  it('keeps a guest that is just starting, but not for ever', () => {
    const dir = createLabDir();
    sweepLabs();
    expect(existsSync(dir)).toBe(true);
    const old = Date.now() / 1000 - 3600;
    utimesSync(dir, old, old);
    sweepLabs();
    expect(existsSync(dir)).toBe(false);
  });
});
