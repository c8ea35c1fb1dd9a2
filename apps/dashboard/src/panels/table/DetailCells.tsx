// Cells of a row of the detail scope: maximum, count, share and recent values.
import { formatDuration, fullCount, percent, rate, shortCount } from '@rtprobe/metrics';
import type { UnixMicros } from '@rtprobe/protocol';
import type { ReactNode } from 'react';
import { t } from '../../i18n/translate.ts';
import type { Sort } from '../../store/address/view.ts';
import type { RowDetail } from '../../store/reading/reading.ts';
import { numberClass } from './over-budget.ts';
import type { Column } from './SortHead.tsx';
import { Sparkline } from './Sparkline.tsx';

/** Returns the headers of the cells; `more` go before the last. */
export const detailColumns = (...more: Column[]): readonly Column[] => [
  { sort: 'max', title: t('pages.max'), number: true },
  { sort: 'p999', title: 'p99.9', number: true },
  { sort: 'rate', title: t('interrupts.rate'), number: true },
  { sort: 'share', title: t('pages.share'), number: true, hint: t('pages.shareHint') },
  { sort: 'count', title: t('pages.count'), number: true },
  ...more,
  { title: t('pages.lately'), className: 'col-spark' },
];

export const detailKeys: Readonly<Partial<Record<Sort, (row: RowDetail) => number | undefined>>> = {
  max: (r) => r.max,
  p999: (r) => r.p999,
  rate: (r) => r.rate,
  share: (r) => r.share,
  count: (r) => r.count,
};

interface Props {
  row: RowDetail;
  time: UnixMicros;
  budgetNs: number;
  /** Cells before the last one. */
  children?: ReactNode;
}

export function DetailCells({ row: r, time, budgetNs, children }: Props) {
  return (
    <>
      <td className={numberClass(r.max, budgetNs)}>{formatDuration(r.max)}</td>
      <td className="number">{r.p999 === undefined ? '–' : formatDuration(r.p999)}</td>
      <td className="number">{rate(r.rate)}</td>
      <td className="number">{percent(r.share)}</td>
      <td className="number" title={fullCount(r.count)}>
        {shortCount(r.count)}
      </td>
      {children}
      <td className="col-spark">
        <Sparkline history={r.history} cpu={r.cpu} time={time} budgetNs={budgetNs} />
      </td>
    </>
  );
}
