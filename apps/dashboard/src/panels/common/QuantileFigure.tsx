// A quantile as the figure of a tile, or the count that it takes.
import { samplesNeeded, shortCount } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import { Duration } from './Quantity.tsx';

/** `ns` undefined: the count is too small for the quantile. */
export function QuantileFigure({ ns, quantile }: { ns: number | undefined; quantile: number }) {
  if (ns !== undefined) return <Duration ns={ns} className="large" />;
  return (
    <p className="quantity none">
      –<small> {t('pages.fromN', { n: shortCount(samplesNeeded(quantile)) })}</small>
    </p>
  );
}
