import { expect, it } from 'vitest';
import { type LostCounters, lossesOf } from './stats.ts';

it('only what rtprobe dropped is a loss; missed samples, details not captured and frames skipped for a slow page are counted apart', () => {
  const lost: LostCounters = {
    module: { noRow: 1, timerMissed: 20, spikeNoSlot: 300, spikeLimited: 4000, ofALaterModule: 2 },
    ...{ agentOverruns: 4, eventGaps: 8, protocolErrors: { E_DETAILS: 50_000, E_HIST: 16 } },
    ...{
      historyDropped: 32,
      historyLeftOut: 64,
      exportsDropped: 128,
      publishDropped: 1024,
      skippedFrames: 256,
      unknownRows: 512,
    },
  };
  expect(lossesOf(lost)).toEqual({ dropped: 1791, missed: 20, uncaptured: 54_300, skipped: 256 });
});
