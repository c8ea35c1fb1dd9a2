// One interrupt: its durations, the CPUs it ran on, the tasks it interrupted and those it woke.
import { cpuList } from '@rtprobe/metrics';
import type { InterruptLine, Spike } from '@rtprobe/protocol';
import { descriptorOf, measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { Route } from '../../store/address/route.ts';
import { actionName } from '../../store/machine/interrupt-names.ts';
import { interruptRoute, sourcesOfInterrupt } from '../../store/machine/interrupts.ts';
import { chosenBudget } from '../../store/reading/defaults.ts';
import type { Reading, SourceReading } from '../../store/reading/reading.ts';
import { useReading, useSession, useView } from '../../store/session/context.ts';
import { tip } from '../../ui/tip.ts';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { NotFound } from '../common/NotFound.tsx';
import { SourceTiles } from '../common/SourceTiles.tsx';
import { useDetail } from '../common/use-detail.ts';
import { WindowChoice } from '../heatmap/HeatmapControls.tsx';
import { HeatmapPanel } from '../heatmap/HeatmapPanel.tsx';
import { SpikeSidebar } from '../spikes/SpikeSidebar.tsx';
import { CpuSplit } from './CpuSplit.tsx';
import { DeviceCard } from './DeviceCard.tsx';
import { InterruptedTasks } from './InterruptedTasks.tsx';
import { LineFacts } from './LineFacts.tsx';
import { SourceDistribution } from './SourceDistribution.tsx';
import { useInterruptFacts } from './use-interrupt-facts.ts';
import { WokenTasks } from './WokenTasks.tsx';

type InterruptRoute = Extract<Route, { page: 'interrupt' }>;

/** Number of distributions drawn at once; Recharts needs 50 ms for each. */
const CHARTS_MAX = 6;

function concerns(route: InterruptRoute, spike: Spike): boolean {
  return [spike, spike.cause].some((of) => {
    const found = of === undefined ? undefined : interruptRoute(of);
    return found?.kind === route.kind && found.word === route.word;
  });
}

function titleOf(route: InterruptRoute): string {
  return route.kind === 'irq' ? `irq ${route.word}` : route.word;
}

interface HeadProps {
  route: InterruptRoute;
  sources: readonly SourceReading[];
  /** What the agent reported about the line. */
  line: InterruptLine | undefined;
}

function Head({ route, sources, line }: HeadProps) {
  const { info } = sources[0]!;
  const names = [
    ...new Set(
      sources
        .filter((s) => descriptorOf(s.info.measure).source !== 'irq-task')
        .map((s) => actionName(s.info)),
    ),
  ];
  const cpus = [...new Set(sources.flatMap((s) => [...s.cpus]))];
  const threaded = sources.some((s) => s.info.threaded);
  const actions = line?.actions ?? [];
  return (
    <div className="page-head">
      <h1>{titleOf(route)}</h1>
      <p className="page-names">
        {names.map((name) => (
          <Name key={name}>{name}</Name>
        ))}
      </p>
      <dl className="facts-line">
        <LineFacts chip={line?.chip ?? info.chip} affinity={line?.affinity ?? info.affinity} line={line} />
        <div {...tip(t('irq.ranOnHint'))}>
          <dt>{t('irq.ranOn')}</dt>
          <dd>{cpuList(cpus) || '–'}</dd>
        </div>
        <div>
          <dt>{t('irq.handler')}</dt>
          <dd>{threaded ? t('irq.threaded') : t('irq.hard')}</dd>
        </div>
        {actions.length > 1 && (
          <div {...tip(t('line.actionsHint'))}>
            <dt>{t('line.actions')}</dt>
            <dd>
              <Name>{actions.join(', ')}</Name>
            </dd>
          </div>
        )}
        {line === undefined && names.length > 1 && (
          <div>
            <dt>{t('irq.sharedBy')}</dt>
            <dd>{t('irq.actions', { count: names.length, n: names.length })}</dd>
          </div>
        )}
        {sources.every((s) => s.info.retired) && (
          <div>
            <dt>{t('irq.state')}</dt>
            <dd>{t('irq.freed')}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}

export function InterruptPage({ route }: { route: InterruptRoute }) {
  const reading = useReading('table');
  const sources = sourcesOfInterrupt(route, reading?.sources() ?? []);
  if (reading === undefined || sources.length === 0) {
    return (
      <NotFound title={t('irq.notSeen', { name: titleOf(route) })}>
        {t('irq.notSeenWhy')} <Link to={{ page: 'interrupts' }}>{t('irq.allInterrupts')}</Link>
      </NotFound>
    );
  }
  return <SeenInterrupt route={route} reading={reading} sources={sources} />;
}

interface Props {
  route: InterruptRoute;
  reading: Reading;
  sources: readonly SourceReading[];
}

function SeenInterrupt({ route, reading, sources }: Props) {
  const session = useSession();
  const view = useView();
  const facts = useInterruptFacts(route.kind === 'irq' ? reading.info.host : undefined);
  const line = facts?.lines.find(({ irq }) => String(irq) === route.word);
  const detail = useDetail({ sources: sources.map((s) => s.info.id) });
  const chosen =
    sources.find(
      (s) => s.info.measure === view.measure && (view.name === undefined || s.info.name === view.name),
    ) ?? sources[0]!;
  const { id, measure } = chosen.info;
  const budgetNs = chosenBudget(view, reading, measure);
  const series = detail?.series(id);
  const shared = new Set(sources.filter((s) => s.info.measure === measure).map((s) => s.info.name)).size > 1;
  const charted = sources
    .filter((s) => descriptorOf(s.info.measure).source !== 'irq-task')
    .slice(0, CHARTS_MAX);
  return (
    <div className="screen">
      <main className="main paged">
        <Head route={route} sources={sources} line={line} />
        {route.kind === 'irq' && (
          <DeviceCard facts={facts} line={line} isReplay={reading.info.replay !== undefined} />
        )}
        <div className="tiles">
          {series !== undefined && <SourceTiles series={series} source={chosen} budgetNs={budgetNs} />}
        </div>
        <HeatmapPanel
          subject={{ measure, cpu: -1, source: id }}
          controls={
            <>
              <h2 {...tip(measureWords(measure).explanation)}>{measureWords(measure).title}</h2>
              {shared && <Name className="muted">{chosen.info.name}</Name>}
              <WindowChoice />
            </>
          }
        />
        <div className="small-charts">
          {charted.map((source) => (
            <SourceDistribution
              key={source.info.id}
              source={source}
              action={shared ? source.info.name : undefined}
              series={detail?.series(source.info.id)}
              budgetNs={budgetNs}
              chosen={source.info.id === id}
              choose={() =>
                session.address.change({
                  measure: source.info.measure,
                  name: shared ? source.info.name : undefined,
                })
              }
            />
          ))}
        </div>
        <div className="lists">
          <CpuSplit detail={detail} source={id} budgetNs={budgetNs} />
          <InterruptedTasks sources={sources} />
          <WokenTasks sources={sources} budgetNs={budgetNs} />
        </div>
      </main>
      <SpikeSidebar
        subject={{
          title: t('irq.spikesOf', { name: titleOf(route) }),
          match: (spike) => concerns(route, spike),
          none: t('irq.noIncident'),
        }}
      />
    </div>
  );
}
