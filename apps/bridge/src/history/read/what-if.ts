// Reads the values and the spikes of a measure that causes are struck out of.
import { BUCKET_COUNT } from '@rtprobe/metrics';
import { SPIKE_PAGE_MAX, type Spike, type WhatIf } from '@rtprobe/protocol';
import { type CpuValues, whatIf } from '../../what-if/what-if.ts';
import type { Database } from '../store/database.ts';
import { findHost } from '../store/series.ts';
import { pageOfSpikes, type SpikeQuery } from '../store/spikes.ts';
import type { HostRange, Read } from '../threads/messages.ts';
import { Reader } from './host-reader.ts';

/** Spikes that are read: the newest. The others stay as they are. */
const SPIKES_MAX = 20_000;

export function answerWhatIf(db: Database, { range, measure, without }: Read<'what-if'>): WhatIf {
  const host = findHost(db, range.host);
  const common = { ...range, measure };
  if (host === undefined) return { ...common, ...whatIf([], [], without) };
  const reader = new Reader(db, host);
  const { from, to } = range;
  const cpus = reader.cpusOf(measure).map((cpu): CpuValues => {
    const { max, buckets, bucketIndex, bucketCount } = reader.total({ measure, cpu }, from, to);
    const counts = new Float64Array(BUCKET_COUNT);
    for (let i = 0; i < buckets; i++) counts[bucketIndex[i]!]! += bucketCount[i]!;
    return { cpu, max, counts };
  });
  const spikes = spikesOf(db, host, range).filter((spike) => spike.measure === measure);
  return { ...common, ...whatIf(cpus, spikes, without) };
}

function spikesOf(db: Database, host: number, { from, to }: HostRange): Spike[] {
  const spikes: Spike[] = [];
  let before: SpikeQuery['before'];
  do {
    const page = pageOfSpikes(db, host, { from, to, limit: SPIKE_PAGE_MAX, ...(before && { before }) });
    spikes.push(...page.spikes);
    const [time, seq] = page.next?.split('-').map(Number) ?? [];
    before = time === undefined ? undefined : { time, seq: seq! };
  } while (before !== undefined && spikes.length < SPIKES_MAX);
  return spikes;
}
