// A percentile as the figure of a tile, or the count that it needs.
import { fromCountText } from '../../store/reading/quantile.ts';
import { Duration } from './Quantity.tsx';

/** `ns` is undefined if the count is too small for the percentile. */
export function QuantileFigure({ ns, quantile }: { ns: number | undefined; quantile: number }) {
  if (ns !== undefined) return <Duration ns={ns} className="large" />;
  return (
    <p className="quantity none">
      –<small> {fromCountText(quantile)}</small>
    </p>
  );
}
