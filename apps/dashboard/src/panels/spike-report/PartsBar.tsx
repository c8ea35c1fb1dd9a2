// Where the time of a spike went: its parts as one bar, drawn as on the exported sheet, and as a list, largest first.
import type { Spike } from '@rtprobe/protocol';
import { type PointerEvent, useMemo, useRef } from 'react';
import { clearScaled, type Surface, type Theme } from '../../charts/canvas.ts';
import { isHatched, kindVariable, type SliceColours } from '../../charts/colours.ts';
import { type Part, partsOf } from '../../charts/report/parts.ts';
import { MONO } from '../../charts/sheet/block.ts';
import { barStretches, partsBar } from '../../charts/sheet/parts.ts';
import { t } from '../../i18n/translate.ts';
import { RunText } from '../common/FactRows.tsx';
import { usePainted } from '../common/painted-canvas.ts';

function Bar({ parts }: { parts: readonly Part[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const paint = (surface: Surface, theme: Theme, colours: SliceColours) => {
    const { context } = surface;
    const { width, height } = clearScaled(surface);
    const style = { theme, colours, ruler: context, mono: MONO };
    partsBar(style, parts, width, height).paint(context, 0, 0);
  };
  usePainted(canvas, 1000, paint);
  // A part too narrow for its name shows the name in the browser's own tooltip.
  const point = ({ currentTarget, nativeEvent }: PointerEvent<HTMLCanvasElement>) => {
    const under = barStretches(parts, currentTarget.clientWidth).findLast((s) => s.x <= nativeEvent.offsetX);
    currentTarget.title = under === undefined ? '' : `${under.part.name.text} · ${under.part.duration}`;
  };
  return (
    <div className="parts-bar" aria-hidden="true">
      <canvas ref={canvas} onPointerMove={point} />
    </div>
  );
}

export function PartsBar({ spike }: { spike: Spike }) {
  const content = useMemo(() => partsOf(spike), [spike]);
  if (content === undefined) return <p className="muted small">{t('report.noParts')}</p>;
  return (
    <>
      <Bar parts={content.parts} />
      <ul className="parts-list">
        {content.parts.map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a spike do not change
          <li key={i}>
            <i
              className={isHatched(part.kind) ? 'key hatched' : 'key'}
              style={{ backgroundColor: kindVariable(part.kind) }}
              aria-hidden="true"
            />{' '}
            <RunText run={part.name} /> <b className="numeral">{part.duration}</b>{' '}
            <span className="muted numeral">{part.detail}</span>
          </li>
        ))}
      </ul>
      <p className="muted small numeral">{content.sum}</p>
      {content.warning !== undefined && <p className="small alarm">{content.warning}</p>}
    </>
  );
}
