// The list of spikes beside a page, and the selected one. `subject` limits it to an interrupt, task or CPU.
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
