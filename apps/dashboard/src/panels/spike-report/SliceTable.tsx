// The slices of a timeline as a table.
import { formatDuration } from '@rtprobe/metrics';
import { durationOf, type Slice, sliceTitle } from '@rtprobe/trace';
import { offsetText } from '../../charts/report/timeline.ts';
import { contextName } from '../../charts/timeline/context-name.ts';
import { t } from '../../i18n/translate.ts';
import { Name } from '../common/Name.tsx';
import { Scroll } from '../common/Scroll.tsx';

/** Most rows. */
const TABLE_MAX = 500;

/** `zero` is the start of the spike's window. */
export function SliceTable({ slices, zero }: { slices: readonly Slice[]; zero: number }) {
  return (
    <Scroll label={t('report.timeline')} className="slice-table">
      <table>
        <thead>
          <tr>
            <th>{t('report.where')}</th>
            <th>{t('report.slice')}</th>
            <th className="number">{t('report.begin')}</th>
            <th className="number">{t('report.length')}</th>
          </tr>
        </thead>
        <tbody>
          {slices.slice(0, TABLE_MAX).map((slice, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the slices of a trace do not change
            <tr key={i}>
              <td>
                {t('pages.cpu', { cpu: slice.cpu })} {contextName(slice.context)}
              </td>
              <td>
                <Name>{sliceTitle(slice)}</Name>
              </td>
              <td className="number">{offsetText(slice.startNs - zero)}</td>
              <td className="number">{formatDuration(durationOf(slice))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {slices.length > TABLE_MAX && (
        <p className="muted small">{t('report.moreFiles', { n: slices.length - TABLE_MAX })}</p>
      )}
    </Scroll>
  );
}
