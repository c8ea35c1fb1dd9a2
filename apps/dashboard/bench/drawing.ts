// Measures a live screen at two sizes of machine, fed 20 times a second.
import { startFeeder } from '../tests/feeder.ts';
import type { Scenario } from '../tests/synthetic.ts';
import { type Cost, Screen } from './browser.ts';
import { FrameStream } from './stream.ts';

const RATE = 20;
/** Frames made before the page opens: ten minutes of the heatmap would take too long at this rate. */
const MADE = 200;
const TASKS_EVERY_MS = 2000;

export interface DrawingResult extends Cost {
  residentMiB: number;
  rowsPerFrame: number;
  bytesPerFrame: number;
  /** Frames that the page acknowledged per second: it keeps up if this equals what it was sent. */
  acknowledgedPerSecond: number;
}

export async function measureDrawing(
  scenario: Scenario,
  query: string,
  seconds: number,
): Promise<DrawingResult> {
  const feeder = await startFeeder({ scenario, historySeconds: 60 });
  feeder.pause();
  const stream = new FrameStream(feeder.host, 1e6 / RATE, MADE);
  const screen = await Screen.open(`${feeder.url}?${query}`);
  const timers: NodeJS.Timeout[] = [];
  try {
    await screen.page.locator('.worst .huge').waitFor({ timeout: 60_000 });
    feeder.frame(stream.follow(feeder.host));
    timers.push(setInterval(() => feeder.frame(stream.next()), 1000 / RATE));
    timers.push(setInterval(() => feeder.statistics(), 1000));
    timers.push(setInterval(() => feeder.tasks(), TASKS_EVERY_MS));
    // Waits until the page has drawn its history.
    await feeder.acknowledges(stream.seq);
    await screen.page.waitForTimeout(5000);
    const before = feeder.acknowledged();
    const started = performance.now();
    const cost = await screen.cost(seconds);
    const elapsed = (performance.now() - started) / 1000;
    return {
      ...cost,
      residentMiB: (await screen.residentBytes()) / 2 ** 20,
      rowsPerFrame: stream.rowsPerFrame,
      bytesPerFrame: stream.bytesPerFrame,
      acknowledgedPerSecond: (feeder.acknowledged() - before) / elapsed,
    };
  } finally {
    for (const timer of timers) clearInterval(timer);
    await screen.close();
    await feeder.close();
  }
}
