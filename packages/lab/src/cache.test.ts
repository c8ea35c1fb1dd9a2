import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheRoot, makeOnce, withScratch } from './cache.ts';

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
