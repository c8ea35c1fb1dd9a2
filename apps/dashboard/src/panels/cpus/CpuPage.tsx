// One CPU: its latencies, who disabled interrupts, and what ran on it.
import { inCpuList } from '@rtprobe/metrics';
import { useEffect } from 'react';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { Sort } from '../../store/address/view.ts';
import { sorted } from '../../store/base/sorted.ts';
import { chosenBudget, chosenMeasure } from '../../store/reading/defaults.ts';
import type { DetailReading, Reading, RowDetail } from '../../store/reading/reading.ts';
import { useReading, useSession, useView } from '../../store/session/context.ts';
import { InterruptLink } from '../common/entity-links.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { NotFound } from '../common/NotFound.tsx';
import { SourceTiles } from '../common/SourceTiles.tsx';
import { useDetail } from '../common/use-detail.ts';
import { WindowChoice } from '../heatmap/HeatmapControls.tsx';
import { HeatmapPanel } from '../heatmap/HeatmapPanel.tsx';
import { MeasureChoice } from '../heatmap/MeasureChoice.tsx';
import { SpikeSidebar } from '../spikes/SpikeSidebar.tsx';
import { DetailCells, detailColumns, detailKeys } from '../table/DetailCells.tsx';
import { FilterField } from '../table/FilterField.tsx';
import { type Column, SortHead, sortOf } from '../table/SortHead.tsx';
import { WindowedTable } from '../table/WindowedTable.tsx';
import { TasksOnCpu } from './TasksOnCpu.tsx';

const columns = (): readonly Column[] => [
  { sort: 'name', title: t('cpu.what'), rising: true, className: 'col-name' },
  { title: t('cpu.measure') },
  ...detailColumns(),
];

const keys: Readonly<Partial<Record<Sort, (row: RowDetail) => number | string | undefined>>> = {
  name: (r) => r.info.label,
  ...detailKeys,
};

function Sources({ detail, budgetNs }: { detail: DetailReading | undefined; budgetNs: number }) {
  const view = useView();
  const head = columns();
  const { sort, descending } = sortOf(view, head);
  const words = view.filter.trim().toLowerCase();
  const own = (detail?.rows ?? []).filter(
    (r) => r.count > 0 && `${r.info.label} ${r.info.name}`.toLowerCase().includes(words),
  );
  return (
    <section className="card listed" aria-label={t('cpu.ranHere')}>
      <header>
        <h2>{t('cpu.ranHere')}</h2>
        <span className="spring" />
        <FilterField />
      </header>
      <WindowedTable
        head={<SortHead columns={head} />}
        rows={sorted(own, keys[sort]!, descending)}
        columns={head.length}
        row={(r) => (
          <tr key={r.info.id}>
            <td className="col-name">
              <InterruptLink of={r.info} />
              {r.info.task !== undefined && (
                <span className="muted small">
                  {' '}
                  <Name>{r.info.task.comm}</Name>
                </span>
              )}
            </td>
            <td className="muted" title={measureWords(r.info.measure).explanation}>
              {measureWords(r.info.measure).title}
            </td>
            <DetailCells row={r} time={detail!.time} budgetNs={budgetNs} />
          </tr>
        )}
      >
        {own.length === 0 && <p className="empty muted">{t('cpu.nothing')}</p>}
      </WindowedTable>
    </section>
  );
}

export function CpuPage({ cpu }: { cpu: number }) {
  const reading = useReading('table');
  if (reading === undefined || (reading.time > 0 && !reading.cpus.includes(cpu))) {
    return (
      <NotFound title={t('cpu.notSeen', { cpu })}>
        {t('cpu.notSeenWhy')} <Link to={{ page: 'cpus' }}>{t('cpu.allCpus')}</Link>
      </NotFound>
    );
  }
  return <SeenCpu cpu={cpu} reading={reading} />;
}

function SeenCpu({ cpu, reading }: { cpu: number; reading: Reading }) {
  const session = useSession();
  const view = useView();
  const detail = useDetail({ cpu });
  const { host } = session;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another bridge, another host object
  useEffect(() => session.keepCpuHistory(cpu), [session, host, cpu]);
  const budgetNs = chosenBudget(view, reading);
  const measures = [
    ...new Set(
      reading
        .rows()
        .filter((r) => r.cpu === cpu)
        .map((r) => r.info.measure),
    ),
  ];
  const wanted = chosenMeasure(view, reading);
  const measure = measures.includes(wanted) ? wanted : (measures[0] ?? wanted);
  const series = reading.series(measure, cpu);
  const active = reading.info.config?.cpus;
  return (
    <div className="screen">
      <main className="main paged">
        <div className="page-head">
          <h1>{t('pages.cpu', { cpu })}</h1>
          <Neighbours cpu={cpu} cpus={reading.cpus} />
          {active !== undefined && !inCpuList(active, cpu) && (
            <span className="muted small" role="note">
              {t('cpu.passive')}
            </span>
          )}
        </div>
        <div className="tiles">
          {series !== undefined && <SourceTiles series={series} source={undefined} budgetNs={budgetNs} />}
        </div>
        <HeatmapPanel
          subject={{ measure, cpu, source: undefined }}
          controls={
            <>
              <MeasureChoice measures={measures} chosen={measure} />
              <WindowChoice />
            </>
          }
        />
        <div className="lists two">
          <Sources detail={detail} budgetNs={budgetNs} />
          <TasksOnCpu cpu={cpu} />
        </div>
      </main>
      <SpikeSidebar
        subject={{
          title: t('cpu.spikesOn', { cpu }),
          match: (spike) => spike.cpu === cpu,
          none: t('cpu.noIncident'),
        }}
      />
    </div>
  );
}

function Neighbours({ cpu, cpus }: { cpu: number; cpus: readonly number[] }) {
  const at = cpus.indexOf(cpu);
  const [before, after] = [cpus[at - 1], cpus[at + 1]];
  return (
    <nav className="neighbours" aria-label={t('cpu.others')}>
      {before !== undefined && (
        <Link to={{ page: 'cpu', cpu: before }}>‹ {t('pages.cpu', { cpu: before })}</Link>
      )}
      {after !== undefined && (
        <Link to={{ page: 'cpu', cpu: after }}>{t('pages.cpu', { cpu: after })} ›</Link>
      )}
      <Link to={{ page: 'cpus' }}>{t('pages.all')}</Link>
    </nav>
  );
}
