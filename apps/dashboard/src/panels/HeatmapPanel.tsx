// The hero with what belongs to it: choice of measure, CPU and window, the strip of the whole run, the tooltip and
// the same as a table.
import type { Measure, Spike } from '@rtprobe/protocol';
import { type PointerEvent, useRef, useState } from 'react';
import { HeatmapPainter } from '../charts/heatmap.ts';
import type { HeatmapInput, Mark } from '../charts/heatmap-frame.ts';
import { latencyScale } from '../charts/latency-scale.ts';
import { measureInText, measureWords } from '../i18n/measures.ts';
import { t } from '../i18n/translate.ts';
import { chosenBudget, chosenMeasure, decadesOf } from '../store/choice.ts';
import { useReading, useSession, useSessionState } from '../store/context.ts';
import { rightEdge, tierFor, windowSeconds } from '../store/window.ts';
import { usePainted } from './drawing.ts';
import { HeatmapControls } from './HeatmapControls.tsx';
import { HeatmapLegend } from './HeatmapLegend.tsx';
import { HeatmapTable } from './HeatmapTable.tsx';
import { HeatmapTip } from './HeatmapTip.tsx';
import { Minimap } from './Minimap.tsx';

const PLOT_MARGINS = 72;

function marksOf(spikes: readonly Spike[], measure: Measure, cpu: number, seen: ReadonlySet<string>): Mark[] {
  return spikes
    .filter((s) => s.measure === measure && (cpu < 0 || s.cpu === cpu))
    .map((s) => ({ id: s.id, time: s.time, valueNs: s.valueNs, label: s.culprit, seen: seen.has(s.id) }));
}

/** All that the painter needs at this moment; undefined while there is nothing to draw. */
function useHeatmapInput(pointer: { x: number; y: number } | undefined) {
  const session = useSession();
  const reading = useReading('spikes');
  const view = useSessionState((s) => s.view);
  const seen = useSessionState((s) => s.acknowledged.ids);
  const frozen = useSessionState((s) => s.frozen);
  const measure = chosenMeasure(view, reading);
  const budgetNs = chosenBudget(view, reading);
  const marks = marksOf(reading?.spikes ?? [], measure, view.cpu, seen);
  const scale = latencyScale(budgetNs, decadesOf(measure));
  const input = (cssWidth: number): HeatmapInput | undefined => {
    const series = session.host?.series(measure, view.cpu);
    if (series === undefined || reading === undefined) return undefined;
    const end = rightEdge(session);
    const seconds = windowSeconds(session);
    const columnsMax = Math.max(1, (cssWidth - PLOT_MARGINS) / 2);
    return {
      columns: reading.columns(tierFor(series, end - seconds * 1e6, end, columnsMax)),
      end,
      windowSeconds: seconds,
      live: frozen === undefined,
      scale,
      budgetNs,
      marks,
      selected: view.spike,
      pointer,
    };
  };
  return { input, measure, budgetNs, scale, view, reading };
}

export function HeatmapPanel() {
  const session = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [painter] = useState(() => new HeatmapPainter());
  const [pointer, setPointer] = useState<{ x: number; y: number }>();
  const [peak, setPeak] = useState(1);
  const [shown, setShown] = useState<number>(0);
  const { input, measure, view, reading } = useHeatmapInput(pointer);
  usePainted(canvas, shown <= 400 ? 100 : 200, (surface, theme) => {
    const now = input(surface.width / surface.ratio);
    if (now === undefined) return;
    painter.paint(surface, theme, now);
    // Both change seldom, and setting the same again does nothing.
    setPeak(painter.peakCount);
    setShown(painter.shownSeconds(now));
  });
  const current = input(canvas.current?.clientWidth ?? 1200);
  const hit = pointer && current ? painter.hit(current, pointer.x, pointer.y) : undefined;
  const mark = pointer && current ? painter.markAt(current, pointer.x, pointer.y) : undefined;
  const gap = hit && session.host?.gaps.find((g) => g.from < hit.to && g.to > hit.from)?.reason;
  const move = (e: PointerEvent) => setPointer({ x: e.nativeEvent.offsetX, y: e.nativeEvent.offsetY });
  return (
    <section
      className="card hero"
      aria-label={t('heatmap.overTime', { measure: measureWords(measure).title })}
    >
      <header>
        <HeatmapControls reading={reading} measure={measure} />
        <span className="spring" />
        <HeatmapLegend peak={peak} />
      </header>
      {view.tables && current !== undefined ? (
        <HeatmapTable input={current} />
      ) : (
        <div className="plot">
          <canvas
            ref={canvas}
            role="img"
            aria-label={t('heatmap.label', { measure: measureInText(measure) })}
            style={mark === undefined ? undefined : { cursor: 'pointer' }}
            onPointerMove={move}
            onPointerLeave={() => setPointer(undefined)}
            onClick={() => mark !== undefined && session.open(mark.id)}
          />
          {hit !== undefined && pointer !== undefined && (
            <HeatmapTip hit={hit} mark={mark} gap={gap} at={pointer} />
          )}
        </div>
      )}
      <Minimap measure={measure} shownSeconds={shown} />
    </section>
  );
}
