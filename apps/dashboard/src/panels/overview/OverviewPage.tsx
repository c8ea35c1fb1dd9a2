// The first screen: the verdict is readable from three metres, the cause from half a metre.

import { HeatmapPanel } from '../heatmap/HeatmapPanel.tsx';
import { InterruptTable } from '../interrupts/InterruptTable.tsx';
import { SpikeSidebar } from '../spikes/SpikeSidebar.tsx';
import { CausesPanel } from './CausesPanel.tsx';
import { DistributionPanel } from './DistributionPanel.tsx';
import { Headline } from './Headline.tsx';
import { ScreenExport } from './ScreenExport.tsx';

export function OverviewPage() {
  return (
    <div className="screen">
      <main className="main">
        <Headline />
        <HeatmapPanel tools={(heatmap) => <ScreenExport heatmap={heatmap} />} />
        <div className="lower">
          <DistributionPanel />
          <InterruptTable />
          <CausesPanel />
        </div>
      </main>
      <SpikeSidebar />
    </div>
  );
}
