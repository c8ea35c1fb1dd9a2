import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheRoot, makeBounded, makeOnce, withScratch } from './cache.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rtprobe-cache-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const deadPid = (): number => spawnSync('true').pid;

describe('makeOnce', () => {
  it('creates a directory once and then uses it', async () => {
    let times = 0;
    const fill = async (target: string): Promise<void> => {
      times += 1;
      writeFileSync(join(target, 'file'), 'content');
    };
    const made = await makeOnce(join(dir, 'thing'), fill);
    await makeOnce(join(dir, 'thing'), fill);
    expect(times).toBe(1);
    expect(readFileSync(join(made, 'file'), 'utf8')).toBe('content');
  });

  it('leaves nothing behind when the work fails half-way', async () => {
    const fill = async (target: string): Promise<void> => {
      writeFileSync(join(target, 'half'), '');
      throw new Error('the network went away');
    };
    await expect(makeOnce(join(dir, 'thing'), fill)).rejects.toThrow('the network went away');
    expect(readdirSync(dir)).toEqual([]);
  });

  it('says E_DISK_FULL when the disk is full', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    await expect(makeOnce(join(dir, 'thing'), () => Promise.reject(full))).rejects.toMatchObject({
      code: 'E_DISK_FULL',
      remedy: expect.stringContaining('RTPROBE_CACHE'),
    });
  });

  it('says E_CACHE where this user may not write', async () => {
    // No user may make a folder there.
    await expect(makeOnce('/sys/rtprobe/entry', async () => {})).rejects.toMatchObject({
      code: 'E_CACHE',
      message: 'this user may not write into /sys/rtprobe',
    });
  });

  it('uses the first result when two create the same', async () => {
    const fill = (content: string, after: number) => async (target: string) => {
      await new Promise((resolve) => setTimeout(resolve, after));
      writeFileSync(join(target, 'who'), content);
    };
    await Promise.all([
      makeOnce(join(dir, 'x'), fill('slow', 40)),
      makeOnce(join(dir, 'x'), fill('fast', 5)),
    ]);
    expect(readFileSync(join(dir, 'x/who'), 'utf8')).toBe('fast');
    expect(readdirSync(dir)).toEqual(['x']);
  });

  it('removes what a killed process left half-made, and only that', async () => {
    const dead = join(dir, `old.partial-${deadPid()}-00000000`);
    const living = join(dir, `new.partial-${process.ppid}-00000000`);
    mkdirSync(dead);
    mkdirSync(living);
    await makeOnce(join(dir, 'thing'), async () => {});
    expect(existsSync(dead)).toBe(false);
    expect(existsSync(living)).toBe(true);
  });
});

describe('makeBounded', () => {
  /** Makes an entry that was last used some hours ago. */
  const entry = (name: string, hours: number): void => {
    const path = join(dir, name);
    mkdirSync(path);
    writeFileSync(join(path, 'file'), '');
    const used = Date.now() / 1000 - hours * 3600;
    utimesSync(path, used, used);
  };
  const make = (name: string, keep: number) => makeBounded(join(dir, name), keep, async () => {});

  it('removes what was used least recently, and keeps the newest', async () => {
    for (let n = 1; n <= 5; n++) entry(`build${n}`, 48 * n);
    await make('new', 3);
    expect(readdirSync(dir)).toEqual(['build1', 'build2', 'new']);
  });

  it('keeps what was used within a day, and what another process is making', async () => {
    const making = `making.partial-${process.ppid}-00000000`;
    for (const [name, hours] of [
      ['recent', 20],
      ['old', 48],
      [making, 48],
    ] as const)
      entry(name, hours);
    await make('new', 1);
    expect(readdirSync(dir)).toEqual([making, 'new', 'recent']);
  });

  it('counts the use of an entry that exists', async () => {
    entry('again', 100);
    entry('old', 50);
    await make('again', 1);
    expect(readdirSync(dir)).toEqual(['again']);
  });
});

describe('withScratch', () => {
  it('gives an empty directory that is removed afterwards, also after a failure', async () => {
    await withScratch(dir, async (scratch) => expect(readdirSync(scratch)).toEqual([]));
    await expect(withScratch(dir, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('cacheRoot', () => {
  it('follows RTPROBE_CACHE', () => {
    const before = process.env.RTPROBE_CACHE;
    process.env.RTPROBE_CACHE = dir;
    try {
      expect(cacheRoot()).toBe(join(dir, 'lab'));
    } finally {
      if (before === undefined) delete process.env.RTPROBE_CACHE;
      else process.env.RTPROBE_CACHE = before;
    }
  });
});
