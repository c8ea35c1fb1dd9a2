// The page that the address names.
import { memo } from 'react';
import { useSessionState } from '../store/context.ts';
import { formatPath, type Route } from '../store/route.ts';
import { CausesPage } from './CausesPage.tsx';
import { CpuPage } from './CpuPage.tsx';
import { CpusPage } from './CpusPage.tsx';
import { FirstScreen } from './FirstScreen.tsx';
import { HostsPage } from './HostsPage.tsx';
import { InterruptPage } from './InterruptPage.tsx';
import { InterruptsPage } from './InterruptsPage.tsx';
import { MatrixPage } from './MatrixPage.tsx';
import { RulesPage } from './RulesPage.tsx';
import { RunsPage } from './RunsPage.tsx';
import { Shell } from './Shell.tsx';
import { SpikePage } from './SpikePage.tsx';
import { TaskPage } from './TaskPage.tsx';
import { TasksPage } from './TasksPage.tsx';

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
      return <FirstScreen />;
  }
}

/** Panels commit at their own pace: a second of the bar's clock must not render them all. */
const Page = memo(function Page({ route }: { route: Route }) {
  return pageOf(route);
});

export function Pages() {
  const route = useSessionState((s) => s.view.route);
  // One page's state is not the next one's, even where both are of one kind.
  return (
    <Shell>
      <Page key={formatPath(route)} route={route} />
    </Shell>
  );
}
