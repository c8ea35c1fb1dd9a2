// All interrupts, the whole height for them.

import { SpikeDetail } from '../spikes/SpikeDetail.tsx';
import { SpikeRail } from '../spikes/SpikeRail.tsx';
import { InterruptTable } from './InterruptTable.tsx';

export function InterruptsPage() {
  return (
    <div className="screen">
      <main className="main whole">
        <InterruptTable whole />
      </main>
      <SpikeRail />
      <SpikeDetail />
    </div>
  );
}
