// Explains the colours and the line of the heatmap.
import { fullCount } from '@rtprobe/metrics';
import { heatColour } from '../../charts/heatmap/cells.ts';
import { t } from '../../i18n/translate.ts';

const STOPS = [0, 0.25, 0.5, 0.75, 1];

function gradient(dark: boolean): string {
  return `linear-gradient(to right, ${STOPS.map((t) => `rgb(${heatColour(t, dark).join(' ')})`).join(', ')})`;
}

export function HeatmapLegend({ peak }: { peak: number }) {
  return (
    <span className="legend muted small numeral">
      1
      <i className="for-dark" style={{ background: gradient(true) }} />
      <i className="for-light" style={{ background: gradient(false) }} />
      {t('heatmap.legend', { count: fullCount(peak), n: peak })} · <span className="line-key" />{' '}
      {t('heatmap.intervalMax')}
    </span>
  );
}
