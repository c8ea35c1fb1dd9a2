// All CPUs, worst first.
import { age, formatDuration, inCpuList, percent } from '@rtprobe/metrics';
import { allMeasures, measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { Sort } from '../../store/address/view.ts';
import { sorted } from '../../store/base/sorted.ts';
import { type CpuReading, readCpus } from '../../store/machine/cpus.ts';
import { chosenBudget } from '../../store/reading/defaults.ts';
import { useReading, useView } from '../../store/session/context.ts';
import { CpuLink, InterruptLink } from '../common/entity-links.tsx';
import { SpikeSidebar } from '../spikes/SpikeSidebar.tsx';
import { numberClass } from '../table/over-budget.ts';
import { type Column, SortHead, sortOf } from '../table/SortHead.tsx';
import { WindowedTable } from '../table/WindowedTable.tsx';

const latest = (cpu: CpuReading) => Math.max(0, ...Object.values(cpu.max));

const keys: Readonly<Partial<Record<Sort, (cpu: CpuReading) => number | undefined>>> = {
  cpu: (c) => c.cpu,
  max: latest,
  share: (c) => c.takenShare,
  count: (c) => c.spikes,
  last: (c) => c.lastSpikeAt,
};

export function CpusPage() {
  const reading = useReading('table');
  const view = useView();
  if (reading === undefined) return null;
  const budgetNs = chosenBudget(view, reading);
  const cpus = readCpus(reading);
  const active = reading.info.config?.cpus;
  const shown = allMeasures()
    .filter((m) => m.tables.includes('cpus') && cpus.some((c) => c.max[m.name] !== undefined))
    .map((m) => m.name);
  const columns: readonly Column[] = [
    { sort: 'cpu', title: 'CPU', rising: true },
    { sort: 'max', title: t('pages.worst'), number: true },
    ...shown.map((m) => ({ title: measureWords(m).title, number: true, hint: measureWords(m).explanation })),
    { sort: 'share', title: measureWords('stolen').title, number: true, hint: t('cpus.takenHint') },
    { title: t('cpus.longestBy'), className: 'col-name' },
    { sort: 'count', title: t('pages.spikes'), number: true },
    { sort: 'last', title: t('cpus.lastSpike'), number: true },
  ];
  const { sort, descending } = sortOf(view, columns);
  const rows = sorted(cpus, keys[sort]!, descending);
  return (
    <div className="screen">
      <main className="main whole">
        <section className="card listed" aria-label={t('nav.cpus')}>
          <header>
            <h2>{t('nav.cpus')}</h2>
            <span className="muted small">{t('cpus.largest')}</span>
          </header>
          <WindowedTable
            head={<SortHead columns={columns} />}
            rows={rows}
            columns={columns.length}
            row={(c) => (
              <tr key={c.cpu}>
                <td>
                  <CpuLink cpu={c.cpu} />
                  {active !== undefined && !inCpuList(active, c.cpu) && (
                    <span className="muted small" title={t('cpu.passive')}>
                      {' '}
                      {t('cpus.passive')}
                    </span>
                  )}
                </td>
                <Value ns={latest(c) || undefined} budgetNs={budgetNs} />
                {shown.map((measure) => (
                  <Value key={measure} ns={c.max[measure]} budgetNs={chosenBudget(view, reading, measure)} />
                ))}
                <td className="number">{c.takenShare === undefined ? '–' : percent(c.takenShare)}</td>
                <td className="col-name">{c.worst !== undefined && <InterruptLink of={c.worst.info} />}</td>
                <td className="number">{c.spikes}</td>
                <td className="number muted">
                  {c.lastSpikeAt === undefined
                    ? '–'
                    : t('pages.ago', { age: age((reading.time - c.lastSpikeAt) / 1e6) })}
                </td>
              </tr>
            )}
          />
        </section>
      </main>
      <SpikeSidebar />
    </div>
  );
}

function Value({ ns, budgetNs }: { ns: number | undefined; budgetNs: number }) {
  return (
    <td className={numberClass(ns, budgetNs)}>
      {ns === undefined ? <span className="muted">–</span> : formatDuration(ns)}
    </td>
  );
}
