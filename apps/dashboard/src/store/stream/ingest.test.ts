import { type HostInfo, type HostStats, lossesOf } from '@rtprobe/protocol';
import { expect, it } from 'vitest';
import { Host } from './host.ts';
import { Ingest } from './ingest.ts';

it('rows that nobody described are among the losses that are shown', () => {
  const info: HostInfo = { host: 'h', index: 0, state: 'live', since: 0, history: false };
  const host = new Host(info);
  host.unknownRows = 3;
  const hosts = { get: () => host } as never;
  const none = () => {};
  const ingest = new Ingest({} as never, hosts, {
    frame: none,
    changed: none,
    needsKeyframe: none,
    hello: none,
    incident: none,
    acknowledged: none,
    error: none,
  });
  const nothing = { module: {}, agentOverruns: 0, eventGaps: 0, protocolErrors: {}, historyDropped: 0 };
  const stats = { lost: { ...nothing, skippedFrames: 0 } } as unknown as HostStats;
  ingest.message({ type: 'stats', host: 'h', stats });
  expect(lossesOf(host.stats!.lost).dropped).toBe(3);
});
