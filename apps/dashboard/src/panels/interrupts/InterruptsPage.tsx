// All interrupts, on a page of their own.

import { SpikeSidebar } from '../spikes/SpikeSidebar.tsx';
import { InterruptTable } from './InterruptTable.tsx';

export function InterruptsPage() {
  return (
    <div className="screen">
      <main className="main whole">
        <InterruptTable whole />
      </main>
      <SpikeSidebar />
    </div>
  );
}
