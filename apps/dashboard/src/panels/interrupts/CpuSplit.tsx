// One source by CPU: where it runs, and its worst value on each.
import { percent } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import type { Sort } from '../../store/address/view.ts';
import { sorted } from '../../store/base/sorted.ts';
import type { DetailReading, RowDetail } from '../../store/reading/reading.ts';
import { useView } from '../../store/session/context.ts';
import { CpuLink } from '../common/entity-links.tsx';
import { DetailCells, detailColumns, detailKeys } from '../table/DetailCells.tsx';
import { type Column, SortHead, sortOf } from '../table/SortHead.tsx';
import { WindowedTable } from '../table/WindowedTable.tsx';

const columns = (): readonly Column[] => [
  { sort: 'cpu', title: 'CPU', rising: true },
  ...detailColumns({ title: t('pages.ofAll'), number: true }),
];

const keys: Readonly<Partial<Record<Sort, (row: RowDetail) => number | undefined>>> = {
  cpu: (r) => r.cpu,
  ...detailKeys,
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
  const { sort, descending } = sortOf(view, head);
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
            <DetailCells row={r} time={detail!.time} budgetNs={budgetNs}>
              <td className="number muted">{percent(r.count / all)}</td>
            </DetailCells>
          </tr>
        )}
      >
        {rows.length === 0 && <p className="empty muted">{t('irq.nowhere')}</p>}
      </WindowedTable>
    </section>
  );
}
