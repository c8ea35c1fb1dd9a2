// Spikes of one interrupt, task or CPU: the same rail, filtered.
import type { Spike } from '@rtprobe/protocol';
import { SpikeDetail } from './SpikeDetail.tsx';
import { SpikeRail } from './SpikeRail.tsx';

export function SpikesOf({ title, match }: { title: string; match: (spike: Spike) => boolean }) {
  return (
    <>
      <SpikeRail title={title} match={match} />
      <SpikeDetail />
    </>
  );
}
