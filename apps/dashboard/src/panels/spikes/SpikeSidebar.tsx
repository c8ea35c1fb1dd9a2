// Spikes beside a page: the rail, and the one that is open. Of one interrupt, task or CPU where `match` narrows them.
import { SpikeDetail } from './SpikeDetail.tsx';
import { type RailProps, SpikeRail } from './SpikeRail.tsx';

export function SpikeSidebar(props: RailProps) {
  return (
    <>
      <SpikeRail {...props} />
      <SpikeDetail />
    </>
  );
}
