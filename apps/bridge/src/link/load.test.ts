import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LoadRequests } from './load.ts';

let asked = 0;
const load = new LoadRequests(() => {
  asked++;
});
beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
});
afterEach(() => {
  load.stop();
  vi.useRealTimers();
});

function answer(cpuMs: number, rssBytes: number, atS: number): Uint8Array {
  const frame = new DataView(new ArrayBuffer(24));
  [cpuMs * 1e6, rssBytes, atS * 1e9].forEach((value, i) => {
    frame.setBigUint64(8 * i, BigInt(value), true);
  });
  return new Uint8Array(frame.buffer);
}

it('an agent that announces it is asked at once and then every 10 s', () => {
  load.hello('rtprobe-agent 0.1.0 facts load');
  load.start();
  expect(asked).toBe(1);
  vi.advanceTimersByTime(30_000);
  expect(asked).toBe(4);
  load.stop();
  vi.advanceTimersByTime(30_000);
  expect(asked).toBe(4);
});

it('the load is the CPU time between two answers, of the time between them on the machine', () => {
  load.hello('rtprobe-agent 0.1.0 load');
  load.start();
  expect(load.answered(answer(100, 900_000, 50))).toBe(true);
  expect(load.load).toEqual({ rssBytes: 900_000 });
  expect(load.answered(answer(116, 1_000_000, 58))).toBe(true);
  expect(load.load).toEqual({ rssBytes: 1_000_000, cpuMsPerSecond: 2 });
});

it('another agent begins anew, and one that started again has no negative load', () => {
  load.hello('rtprobe-agent 0.1.0 load');
  load.start();
  load.answered(answer(100, 1, 50));
  load.answered(answer(3, 1, 60));
  expect(load.load).toEqual({ rssBytes: 1 });
  load.hello('rtprobe-agent 0.0.9 facts');
  load.start();
  expect([load.load, asked]).toEqual([undefined, 1]);
});

it('an answer that nobody asked for, or of another length, is refused', () => {
  load.hello('rtprobe-agent 0.0.9 facts');
  expect(load.answered(answer(1, 1, 1))).toBe(false);
  load.hello('rtprobe-agent 0.1.0 load');
  load.start();
  expect(load.answered(answer(1, 1, 1).subarray(1))).toBe(false);
});
