// Shows the values under the pointer, and how exact they are.
import { formatDuration, fullCount, rowEdge } from '@rtprobe/metrics';
import type { Mark } from '../../charts/heatmap/frame.ts';
import type { Hit } from '../../charts/heatmap/painter.ts';
import { clockTime, clockTimeMs } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { Name } from '../common/Name.tsx';

interface Props {
  hit: Hit;
  mark: Mark | undefined;
  /** Why there are no data, if the bridge reported a reason. */
  gap: string | undefined;
  at: { x: number; y: number };
}

export function HeatmapTip({ hit, mark, gap, at }: Props) {
  const width = (hit.to - hit.from) / 1e6;
  const style = { transform: `translate(${at.x}px, ${at.y}px)` };
  return (
    <div className="tip-anchor" style={style}>
      <div className={at.x > 700 ? 'tip left' : 'tip'}>
        {mark !== undefined && (
          <p className="alarm">
            <b>{formatDuration(mark.valueNs)}</b> <Name>{mark.label}</Name> · {clockTimeMs(mark.time)}
          </p>
        )}
        <p>
          <b>{clockTime(hit.from)}</b>{' '}
          <span className="muted">
            {t('heatmap.for', { span: width < 1 ? `${width * 1000} ms` : `${width} s` })}
          </span>
        </p>
        {hit.covered ? (
          <>
            <p>
              {hit.row < 0
                ? formatDuration(hit.ns)
                : t('heatmap.range', {
                    from: formatDuration(rowEdge(hit.row)),
                    to: formatDuration(rowEdge(hit.row + 1)),
                  })}
              :{' '}
              {hit.count === 0
                ? t('heatmap.noValues')
                : `${hit.count > 16 ? '≈ ' : ''}${t('heatmap.count', { count: fullCount(hit.count), n: hit.count })}`}
            </p>
            <p>
              {t('heatmap.columnMax', {
                max: hit.columnMax === 0 ? '–' : formatDuration(hit.columnMax),
                count: fullCount(hit.columnCount),
              })}
            </p>
            <p className="muted small">{t('heatmap.cell')}</p>
          </>
        ) : (
          <p className="muted">
            {gap === undefined ? t('heatmap.noData') : t('heatmap.noDataWhy', { reason: gap })}
          </p>
        )}
      </div>
    </div>
  );
}
