// The first screen: from three metres the verdict, from half a metre the cause.
import { Culprits } from '../panels/Culprits.tsx';
import { DistributionPanel } from '../panels/DistributionPanel.tsx';
import { Headline } from '../panels/Headline.tsx';
import { HeatmapPanel } from '../panels/HeatmapPanel.tsx';
import { InterruptTable } from '../panels/InterruptTable.tsx';
import { SpikeDetail } from '../panels/SpikeDetail.tsx';
import { SpikeRail } from '../panels/SpikeRail.tsx';

export function FirstScreen() {
  return (
    <div className="screen">
      <main className="main">
        <Headline />
        <HeatmapPanel />
        <div className="lower">
          <DistributionPanel />
          <InterruptTable />
          <Culprits />
        </div>
      </main>
      <SpikeRail />
      <SpikeDetail />
    </div>
  );
}
