// One source by CPU: where it runs, and where it is worst.
import { formatDuration, fullCount, percent, rate, shortCount } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import type { Sort } from '../../store/address/view.ts';
import { sorted } from '../../store/base/sorted.ts';
import type { DetailReading, RowDetail } from '../../store/reading/reading.ts';
import { useView } from '../../store/session/context.ts';
import { CpuLink } from '../common/entity-links.tsx';
import { numberClass } from '../table/over-budget.ts';
import { type Column, SortHead, sortOf } from '../table/SortHead.tsx';
import { Sparkline } from '../table/Sparkline.tsx';
import { WindowedTable } from '../table/WindowedTable.tsx';

const columns = (): readonly Column[] => [
  { sort: 'cpu', title: 'CPU', rising: true },
  { sort: 'max', title: t('pages.max'), number: true },
  { sort: 'p999', title: 'p99.9', number: true },
  { sort: 'rate', title: t('interrupts.rate'), number: true },
  { sort: 'share', title: t('pages.share'), number: true, hint: t('pages.shareHint') },
  { sort: 'count', title: t('pages.count'), number: true },
  { title: t('pages.ofAll'), number: true },
  { title: t('pages.lately'), className: 'col-spark' },
];

const keys: Readonly<Partial<Record<Sort, (row: RowDetail) => number | undefined>>> = {
  cpu: (r) => r.cpu,
  max: (r) => r.max,
  p999: (r) => r.p999,
  rate: (r) => r.rate,
  share: (r) => r.share,
  count: (r) => r.count,
};

export function CpuSplit({
  detail,
  source,
  budgetNs,
}: {
  detail: DetailReading | undefined;
  source: number;
  budgetNs: number;
}) {
  const view = useView();
  const head = columns();
  const { sort, descending } = sortOf(view, head, 'max');
  const own = (detail?.rows ?? []).filter((r) => r.info.id === source && r.count > 0);
  const all = own.reduce((sum, r) => sum + r.count, 0);
  const rows = sorted(own, keys[sort]!, descending);
  return (
    <section className="card listed" aria-label={t('irq.byCpu')}>
      <header>
        <h2>{t('irq.byCpu')}</h2>
      </header>
      <WindowedTable
        head={<SortHead columns={head} />}
        rows={rows}
        columns={head.length}
        row={(r) => (
          <tr key={r.cpu}>
            <td>
              <CpuLink cpu={r.cpu} />
            </td>
            <td className={numberClass(r.max, budgetNs)}>{formatDuration(r.max)}</td>
            <td className="number">{r.p999 === undefined ? '–' : formatDuration(r.p999)}</td>
            <td className="number">{rate(r.rate)}</td>
            <td className="number">{percent(r.share)}</td>
            <td className="number" title={fullCount(r.count)}>
              {shortCount(r.count)}
            </td>
            <td className="number muted">{percent(r.count / all)}</td>
            <td className="col-spark">
              <Sparkline history={r.history} cpu={r.cpu} time={detail!.time} budgetNs={budgetNs} />
            </td>
          </tr>
        )}
      >
        {rows.length === 0 && <p className="empty muted">{t('irq.nowhere')}</p>}
      </WindowedTable>
    </section>
  );
}
