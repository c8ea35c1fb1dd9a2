// All interrupts, the whole height for them.
import { InterruptTable } from '../panels/InterruptTable.tsx';
import { SpikeDetail } from '../panels/SpikeDetail.tsx';
import { SpikeRail } from '../panels/SpikeRail.tsx';

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
