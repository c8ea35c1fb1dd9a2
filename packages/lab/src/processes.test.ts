import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { identify, processAlive, sameProcessAlive } from './processes.ts';

it('identifies a running process by id and start time', () => {
  const self = identify(process.pid)!;
  expect(sameProcessAlive(self)).toBe(true);
  expect(processAlive(process.pid)).toBe(true);
});

it('distinguishes another process with the same id', () => {
  expect(sameProcessAlive({ pid: process.pid, start: '1' })).toBe(false);
});

it('reports that an ended process is gone', () => {
  const { pid } = spawnSync('true');
  expect(identify(pid)).toBeUndefined();
  expect(processAlive(pid)).toBe(false);
});

it('reads past a name with spaces and parentheses', async () => {
  const child = spawn('bash', ['-c', 'printf "x) Z 1 (y" >/proc/self/comm; echo named; read']);
  try {
    await once(child.stdout, 'data');
    expect(readFileSync(`/proc/${child.pid}/comm`, 'utf8')).toBe('x) Z 1 (y\n');
    expect(sameProcessAlive(identify(child.pid!)!)).toBe(true);
  } finally {
    child.kill();
  }
});
