// Measures whether the page's memory grows. A day's data are fed as fast as the page acknowledges them, until every
// ring is full, then another day's. During the second day the renderer's memory must not rise.
import { startFeeder } from '../tests/feeder.ts';
import type { Scenario } from '../tests/synthetic.ts';
import { Screen } from './browser.ts';
import { type Slope, slopeOf } from './slope.ts';
import { FrameStream } from './stream.ts';

const SPAN_US = 1e6;
/** Number of frames sent before the page must have acknowledged them. */
const BATCH = 240;
const SAMPLES = 60;

export interface DayResult {
  hours: number;
  startMiB: number;
  endMiB: number;
  /** MiB per hour of data. */
  growth: Slope;
  seconds: number;
}

export async function feedDays(scenario: Scenario, hours: number): Promise<DayResult> {
  const started = performance.now();
  const feeder = await startFeeder({ scenario, historySeconds: 1 });
  feeder.pause();
  const screen = await Screen.open(`${feeder.url}?window=600`);
  try {
    const stream = new FrameStream(feeder.host, SPAN_US, 300);
    feeder.frame(stream.follow(feeder.host));
    const feed = async (frames: number) => {
      for (let left = frames; left > 0; left -= BATCH) {
        for (let i = 0; i < Math.min(BATCH, left); i++) feeder.frame(stream.next());
        await feeder.acknowledges(stream.seq);
      }
    };
    const each = Math.round((hours * 3600) / SAMPLES);
    await feed(hours * 3600);
    const resident = [await screen.residentBytes()];
    for (let i = 1; i < SAMPLES; i++) {
      await feed(each);
      resident.push(await screen.residentBytes());
    }
    const mebibytes = resident.map((bytes) => bytes / 2 ** 20);
    const at = mebibytes.map((_, i) => (i * each) / 3600);
    return {
      hours,
      startMiB: mebibytes[0]!,
      endMiB: mebibytes.at(-1)!,
      growth: slopeOf(at, mebibytes),
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await screen.close();
    await feeder.close();
  }
}
