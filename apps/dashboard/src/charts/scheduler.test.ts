import { describe, expect, it } from 'vitest';
import { type Clock, Scheduler } from './scheduler.ts';

/** A browser of 60 frames a second with a clock that the test controls. */
class FakeClock implements Clock {
  time = 0;
  frames = 0;
  readonly #waiting: { at: number; run: () => void }[] = [];

  now() {
    return this.time;
  }

  requestFrame(run: () => void) {
    this.#waiting.push({
      at: (Math.floor(this.time / 16) + 1) * 16,
      run: () => {
        this.frames++;
        run();
      },
    });
  }

  setTimer(run: () => void, ms: number) {
    const timer = { at: this.time + ms, run };
    this.#waiting.push(timer);
    return () => {
      const place = this.#waiting.indexOf(timer);
      if (place >= 0) this.#waiting.splice(place, 1);
    };
  }

  advance(ms: number) {
    const end = this.time + ms;
    for (;;) {
      this.#waiting.sort((a, b) => a.at - b.at);
      const next = this.#waiting[0];
      if (next === undefined || next.at > end) break;
      this.#waiting.shift();
      this.time = Math.max(this.time, next.at);
      next.run();
    }
    this.time = end;
  }
}

function setUp() {
  const clock = new FakeClock();
  const scheduler = new Scheduler(clock);
  const ran: string[] = [];
  const add = (name: string, kind: 'paint' | 'commit', periodMs: number, urgent = false) =>
    scheduler.add({ kind, periodMs, urgent, run: () => ran.push(`${name}@${clock.time}`) });
  return { clock, ran, add };
}

describe('the scheduler', () => {
  it('runs a task at its own pace however often there is news', () => {
    const { clock, ran, add } = setUp();
    const task = add('a', 'paint', 200);
    for (let i = 0; i < 100; i++) {
      task.invalidate();
      clock.advance(10);
    }
    expect(ran.length).toBeGreaterThanOrEqual(4);
    expect(ran.length).toBeLessThanOrEqual(6);
  });

  it('commits one component an animation frame, whoever waited longest first', () => {
    const { clock, ran, add } = setUp();
    const [a, b] = [add('a', 'commit', 100), add('b', 'commit', 100)];
    clock.advance(16);
    clock.advance(16);
    expect(ran).toEqual(['a@16', 'b@32']);
    clock.advance(500);
    b.invalidate();
    a.invalidate();
    clock.advance(40);
    expect(ran.slice(2).map((r) => r[0])).toEqual(['a', 'b']);
  });

  it('commits what is urgent before all that waited longer', () => {
    const { clock, ran, add } = setUp();
    add('a', 'commit', 100);
    add('b', 'commit', 100);
    add('c', 'commit', 100, true);
    clock.advance(60);
    expect(ran).toEqual(['c@16', 'a@32', 'b@48']);
  });

  it('keeps a commit back for the one frame in which somebody waits for a picture', () => {
    const { clock, ran, add } = setUp();
    const picture = add('picture', 'paint', 0, true);
    add('commit', 'commit', 100);
    clock.advance(16);
    picture.invalidate();
    clock.advance(16);
    expect(ran).toEqual(['picture@16', 'picture@32', 'commit@32']);
  });

  it('does not wait for what is due later when something is due at once', () => {
    const { clock, ran, add } = setUp();
    const [slow, quick] = [add('slow', 'paint', 1000), add('quick', 'paint', 0)];
    clock.advance(16);
    slow.invalidate();
    clock.advance(100);
    quick.invalidate();
    clock.advance(16);
    expect(ran.slice(2)).toEqual(['quick@128']);
    clock.advance(1000);
    expect(ran.slice(3)).toEqual(['slow@1024']);
  });

  it('paints everything that is due in the same frame', () => {
    const { clock, ran, add } = setUp();
    add('a', 'paint', 100);
    add('b', 'paint', 100);
    clock.advance(16);
    expect(ran).toEqual(['a@16', 'b@16']);
  });

  it('asks for no animation frame while there is nothing to draw', () => {
    const { clock, add } = setUp();
    add('a', 'paint', 100);
    clock.advance(1000);
    const { frames } = clock;
    clock.advance(10_000);
    expect(clock.frames).toBe(frames);
  });

  it('runs no task that was removed', () => {
    const { clock, ran, add } = setUp();
    add('a', 'paint', 0).remove();
    clock.advance(100);
    expect(ran).toEqual([]);
  });
});
