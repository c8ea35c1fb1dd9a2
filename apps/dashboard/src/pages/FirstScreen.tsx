// The first screen: from three metres the verdict, from half a metre the cause.
import { memo } from 'react';
import { Bar, Notice } from '../panels/Bar.tsx';
import { Culprits } from '../panels/Culprits.tsx';
import { DistributionPanel } from '../panels/DistributionPanel.tsx';
import { Headline } from '../panels/Headline.tsx';
import { HeatmapPanel } from '../panels/HeatmapPanel.tsx';
import { Help } from '../panels/Help.tsx';
import { InterruptTable } from '../panels/InterruptTable.tsx';
import { SpikeDetail } from '../panels/SpikeDetail.tsx';
import { SpikeRail } from '../panels/SpikeRail.tsx';
import { Unreachable } from '../panels/Unreachable.tsx';
import { useReading, useSession } from '../store/context.ts';
import { status } from '../store/status.ts';

/** Panels commit at their own pace: a second of the bar's clock must not render them all. */
const Panels = memo(function Panels() {
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
});

export function FirstScreen() {
  const session = useSession();
  const reading = useReading('bar');
  const { old } = status(session, performance.now());
  return (
    <div className={old && reading !== undefined && reading.time > 0 ? 'page old' : 'page'}>
      <Bar />
      <Notice />
      {reading === undefined ? <Unreachable /> : <Panels />}
      <Help />
    </div>
  );
}
