// The page that the address names. The first screen comes with the first file, other pages load when they are opened.
import { memo } from 'react';
import { Shell } from '../panels/frame/Shell.tsx';
import { OverviewPage } from '../panels/overview/OverviewPage.tsx';
import { formatPath, type Route } from '../store/address/route.ts';
import { useAddress } from '../store/session/context.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

const ComparePage = lazyPart(async () => (await import('../panels/runs/ComparePage.tsx')).ComparePage);
const CpuPage = lazyPart(async () => (await import('../panels/cpus/CpuPage.tsx')).CpuPage);
const CpusPage = lazyPart(async () => (await import('../panels/cpus/CpusPage.tsx')).CpusPage);
const DoctorPage = lazyPart(async () => (await import('../panels/doctor/DoctorPage.tsx')).DoctorPage);
const HostsPage = lazyPart(async () => (await import('../panels/hosts/HostsPage.tsx')).HostsPage);
const IncidentPage = lazyPart(
  async () => (await import('../panels/spike-report/IncidentPage.tsx')).IncidentPage,
);
const InterruptPage = lazyPart(
  async () => (await import('../panels/interrupts/InterruptPage.tsx')).InterruptPage,
);
const InterruptsPage = lazyPart(
  async () => (await import('../panels/interrupts/InterruptsPage.tsx')).InterruptsPage,
);
const IsolationPage = lazyPart(
  async () => (await import('../panels/isolation/IsolationPage.tsx')).IsolationPage,
);
const RulesPage = lazyPart(async () => (await import('../panels/rules/RulesPage.tsx')).RulesPage);
const RunsPage = lazyPart(async () => (await import('../panels/runs/RunsPage.tsx')).RunsPage);
const SpikePage = lazyPart(async () => (await import('../panels/spike-report/SpikePage.tsx')).SpikePage);
const CausesPage = lazyPart(async () => (await import('../panels/spikes/CausesPage.tsx')).CausesPage);
const MatrixPage = lazyPart(async () => (await import('../panels/spikes/MatrixPage.tsx')).MatrixPage);
const TestRunPage = lazyPart(async () => (await import('../panels/runs/TestRunPage.tsx')).TestRunPage);
const WhatIfPage = lazyPart(async () => (await import('../panels/runs/WhatIfPage.tsx')).WhatIfPage);
const TaskPage = lazyPart(async () => (await import('../panels/tasks/TaskPage.tsx')).TaskPage);
const TasksPage = lazyPart(async () => (await import('../panels/tasks/TasksPage.tsx')).TasksPage);

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
    case 'isolation':
      return <IsolationPage />;
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
    case 'incident':
      return <IncidentPage id={route.id} />;
    case 'runs':
      return <RunsPage />;
    case 'test-run':
      return <TestRunPage id={route.id} />;
    case 'compare':
      return <ComparePage runs={route.runs} />;
    case 'what-if':
      return <WhatIfPage />;
    case 'rules':
      return <RulesPage />;
    case 'doctor':
      return <DoctorPage />;
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
