// The heatmap as a table: one row per time slice, newest first.
import { countOfLevel, formatDuration, fullCount, lowerEdge, ROWS, rowEdge, span } from '@rtprobe/metrics';
import type { HeatmapInput } from '../../charts/heatmap/frame.ts';
import { clockTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { Scroll } from '../common/Scroll.tsx';

const LINES = 30;

interface Line {
  time: number;
  covered: boolean;
  /** Seconds without data within the slice. */
  missing: number;
  count: number;
  max: number;
  /** Latency row with the most values. */
  most: number;
}

function linesOf(input: HeatmapInput): Line[] {
  const { columns, windowSeconds, end } = input;
  const newest = Math.floor((end - 1) / columns.widthUs);
  const shown = Math.ceil((windowSeconds * 1e6) / columns.widthUs);
  const each = Math.max(1, Math.ceil(shown / LINES));
  const lines: Line[] = [];
  for (let to = newest; to > newest - shown && to >= columns.first; to -= each) {
    const line: Line = { time: 0, covered: false, missing: 0, count: 0, max: 0, most: -1 };
    const rows = new Float64Array(ROWS);
    for (let column = to; column > to - each; column--) {
      line.time = column * columns.widthUs;
      line.covered ||= columns.covered(column);
      if (!columns.covered(column) && column >= columns.first) line.missing += columns.widthUs / 1e6;
      line.count += columns.count(column);
      line.max = Math.max(line.max, columns.max(column));
      const chunk = columns.chunk(column);
      if (chunk === undefined) continue;
      for (let r = 0; r < ROWS; r++) rows[r]! += countOfLevel(chunk[columns.offset(column) + r]!);
    }
    const peak = Math.max(...rows);
    if (peak > 0) line.most = rows.indexOf(peak);
    lines.push(line);
  }
  return lines;
}

export function HeatmapTable({ input }: { input: HeatmapInput }) {
  const over = (ns: number) => input.budgetNs > 0 && ns > input.budgetNs;
  return (
    <Scroll label={t('heatmap.table')}>
      <table>
        <thead>
          <tr>
            <th>{t('heatmap.from')}</th>
            <th className="number">{t('heatmap.max')}</th>
            <th className="number">{t('heatmap.values')}</th>
            <th>{t('heatmap.most')}</th>
          </tr>
        </thead>
        <tbody>
          {linesOf(input).map((line) => (
            <tr key={line.time}>
              <td>{clockTime(line.time)}</td>
              {line.covered ? (
                <>
                  <td className={over(line.max) ? 'number alarm' : 'number'}>
                    {over(line.max) ? '▲ ' : ''}
                    {line.max === 0 ? '–' : formatDuration(line.max)}
                  </td>
                  <td className="number">{fullCount(line.count)}</td>
                  <td>
                    {line.most < 0 ? '–' : rowText(line.most)}
                    {line.missing >= 1 && (
                      <span className="muted"> · {t('heatmap.noDataFor', { span: span(line.missing) })}</span>
                    )}
                  </td>
                </>
              ) : (
                <td colSpan={3} className="muted">
                  {t('heatmap.noData')}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function rowText(row: number): string {
  const from = formatDuration(Math.max(rowEdge(row), lowerEdge(0)));
  return t('heatmap.range', { from, to: formatDuration(rowEdge(row + 1)) });
}
