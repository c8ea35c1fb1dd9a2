// A percentile as the figure of a tile, or the count that it needs.
import { samplesNeeded, shortCount } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import { Duration } from './Quantity.tsx';

/** `ns` is undefined if the count is too small for the percentile. */
export function QuantileFigure({ ns, quantile }: { ns: number | undefined; quantile: number }) {
  if (ns !== undefined) return <Duration ns={ns} className="large" />;
  return (
    <p className="quantity none">
      –<small> {t('pages.fromN', { n: shortCount(samplesNeeded(quantile)) })}</small>
    </p>
  );
}
