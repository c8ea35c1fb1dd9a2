// The legend of the timeline: each sign that it contains, with its meaning.
import { sliceVariable } from '../../charts/colours.ts';
import type { LegendItem } from '../../charts/timeline/legend.ts';
import { type Colour, type Shape, SIGN, shapesOf } from '../../charts/timeline/signs.ts';
import { t } from '../../i18n/translate.ts';

const variableOf = (colour: Colour): string =>
  'slice' in colour ? sliceVariable(colour.slice) : `var(--${colour.theme})`;

function SignShape({ shape }: { shape: Shape }) {
  if ('box' in shape) {
    const [x, y, width, height] = shape.box;
    return <rect {...{ x, y, width, height }} style={{ fill: variableOf(shape.fill) }} />;
  }
  if ('area' in shape)
    return <polygon points={shape.area.join(' ')} style={{ fill: variableOf(shape.fill) }} />;
  return (
    <polyline
      points={shape.line.join(' ')}
      fill="none"
      strokeWidth={shape.width}
      strokeDasharray={shape.dash?.join(' ')}
      style={{ stroke: variableOf(shape.stroke) }}
    />
  );
}

export function TimelineLegend({ items }: { items: readonly LegendItem[] }) {
  return (
    <ul className="timeline-legend muted small" aria-label={t('report.legend')}>
      {items.map(({ sign, text }) => (
        <li key={sign}>
          <svg width={SIGN.width} height={SIGN.height} aria-hidden="true">
            {shapesOf(sign).map((shape, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the shapes of a sign do not change
              <SignShape key={i} shape={shape} />
            ))}
          </svg>
          {text}
        </li>
      ))}
    </ul>
  );
}
