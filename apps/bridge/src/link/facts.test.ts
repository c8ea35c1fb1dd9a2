import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FACTS_EVERY_MS, FactsRequests } from './facts.ts';

let sent = 0;
let facts: FactsRequests;

beforeEach(() => {
  vi.useFakeTimers();
  sent = 0;
  facts = new FactsRequests(
    () => {
      sent++;
    },
    () => Date.now(),
  );
  facts.hello('rtprobe-agent 0.1.0 facts boot-id=x');
});
afterEach(() => vi.useRealTimers());

describe('requests for facts', () => {
  it('are not sent to an agent that did not announce them', async () => {
    facts.hello('rtprobe-agent 0.1.0 boot-id=facts');
    facts.request();
    await facts.refresh();
    expect(sent).toBe(0);
  });

  it('are sent at once, and then no faster than the interval allows, however often they are made', () => {
    for (let i = 0; i < 100; i++) facts.request();
    expect(sent).toBe(1);
    vi.advanceTimersByTime(FACTS_EVERY_MS - 1);
    expect(sent).toBe(1);
    vi.advanceTimersByTime(1);
    expect(sent).toBe(2);
    vi.advanceTimersByTime(10 * FACTS_EVERY_MS);
    expect(sent).toBe(2);
  });

  it('of readers wait for the answer, and share it', async () => {
    let done = 0;
    const readers = [facts.refresh(), facts.refresh()].map((reader) => reader.then(() => done++));
    await vi.advanceTimersByTimeAsync(10);
    expect([sent, done]).toEqual([1, 0]);
    facts.answered();
    await Promise.all(readers);
    expect(done).toBe(2);
    await facts.refresh();
    expect(sent).toBe(1);
  });

  it('of readers end without an answer', async () => {
    const reader = facts.refresh();
    await vi.advanceTimersByTimeAsync(2000);
    await reader;
    // Whoever reads before the next request does not wait for the missing answer.
    await facts.refresh();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('expect one answer each', () => {
    expect(facts.expected).toBe(false);
    facts.request();
    expect(facts.expected).toBe(true);
    facts.answered();
    expect(facts.expected).toBe(false);
    facts.answered();
    expect(facts.expected).toBe(false);
    vi.advanceTimersByTime(FACTS_EVERY_MS);
    facts.request();
    facts.hello('rtprobe-agent 0.1.0 facts');
    expect(facts.expected).toBe(false);
  });

  it('that wait for the interval are dropped when the connection ends', () => {
    facts.request();
    facts.request();
    facts.stop();
    vi.advanceTimersByTime(FACTS_EVERY_MS);
    expect(sent).toBe(1);
  });
});
