// Renders the page that the address names.
import { memo } from 'react';
import { CpuPage } from '../panels/cpus/CpuPage.tsx';
import { CpusPage } from '../panels/cpus/CpusPage.tsx';
import { Shell } from '../panels/frame/Shell.tsx';
import { HostsPage } from '../panels/hosts/HostsPage.tsx';
import { InterruptPage } from '../panels/interrupts/InterruptPage.tsx';
import { InterruptsPage } from '../panels/interrupts/InterruptsPage.tsx';
import { OverviewPage } from '../panels/overview/OverviewPage.tsx';
import { RulesPage } from '../panels/rules/RulesPage.tsx';
import { RunsPage } from '../panels/runs/RunsPage.tsx';
import { SpikePage } from '../panels/spike-report/SpikePage.tsx';
import { CausesPage } from '../panels/spikes/CausesPage.tsx';
import { MatrixPage } from '../panels/spikes/MatrixPage.tsx';
import { TaskPage } from '../panels/tasks/TaskPage.tsx';
import { TasksPage } from '../panels/tasks/TasksPage.tsx';
import { formatPath, type Route } from '../store/address/route.ts';
import { useAddress } from '../store/session/context.ts';

function pageOf(route: Route) {
  switch (route.page) {
    case 'interrupts':
      return <InterruptsPage />;
    case 'interrupt':
      return <InterruptPage route={route} />;
    case 'cpus':
      return <CpusPage />;
    case 'cpu':
      return <CpuPage cpu={route.cpu} />;
    case 'tasks':
      return <TasksPage />;
    case 'task':
      return <TaskPage route={route} />;
    case 'matrix':
      return <MatrixPage />;
    case 'causes':
      return <CausesPage />;
    case 'spike':
      return <SpikePage id={route.id} />;
    case 'runs':
      return <RunsPage />;
    case 'rules':
      return <RulesPage />;
    case 'hosts':
      return <HostsPage />;
    case 'overview':
      return <OverviewPage />;
  }
}

/** Each panel commits at its own pace, so the bar's clock must not render all panels every second. */
const Page = memo(function Page({ route }: { route: Route }) {
  return pageOf(route);
});

export function Pages() {
  const route = useAddress((s) => s.view.route);
  // The key gives every page its own state, even two pages of the same kind.
  return (
    <Shell>
      <Page key={formatPath(route)} route={route} />
    </Shell>
  );
}
