// The hero with what belongs to it: choice of measure, CPU and window, the strip of the whole run, the tooltip and
// the same as a table.
import { fullCount } from '@rtprobe/metrics';
import type { Measure, Spike } from '@rtprobe/protocol';
import { type PointerEvent, useRef, useState } from 'react';
import { HeatmapPainter } from '../charts/heatmap.ts';
import { heatColour } from '../charts/heatmap-cells.ts';
import type { HeatmapInput, Mark } from '../charts/heatmap-frame.ts';
import { latencyScale } from '../charts/latency-scale.ts';
import { MINIMAP_MARGIN, paintMinimap } from '../charts/minimap.ts';
import { chosenBudget, chosenMeasure, decadesOf, descriptorOf } from '../store/choice.ts';
import { useReading, useSession, useSessionState } from '../store/context.ts';
import type { Session } from '../store/session.ts';
import { isStale } from '../store/status.ts';
import { runStart, tierFor } from '../store/window.ts';
import { usePainted } from './drawing.ts';
import { HeatmapControls } from './HeatmapControls.tsx';
import { HeatmapTable } from './HeatmapTable.tsx';
import { HeatmapTip } from './HeatmapTip.tsx';

const PLOT_MARGINS = 72;

function marksOf(spikes: readonly Spike[], measure: Measure, cpu: number, seen: ReadonlySet<string>): Mark[] {
  return spikes
    .filter((s) => s.measure === measure && (cpu < 0 || s.cpu === cpu))
    .map((s) => ({ id: s.id, time: s.time, valueNs: s.valueNs, label: s.culprit, seen: seen.has(s.id) }));
}

/** Right edge of the window: where a person put it, else the newest data, else the present while data are late. */
export function rightEdge(session: Session): number {
  const { frozen } = session.state;
  const { host } = session;
  if (frozen !== undefined) return frozen.end ?? frozen.reading.time;
  if (host === undefined) return 0;
  const now = performance.now();
  const received = session.receivedAt.get(host.name);
  const late = received !== undefined && isStale(session, host, now);
  return late && host.info.state !== 'replay' ? host.time + (now - received) * 1000 : host.time;
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
    if (series === undefined) return undefined;
    const end = rightEdge(session);
    const columnsMax = Math.max(1, (cssWidth - PLOT_MARGINS) / 2);
    return {
      columns: tierFor(series, end - view.window * 1e6, end, columnsMax),
      end,
      windowSeconds: view.window,
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
  const { input, measure, view, reading } = useHeatmapInput(pointer);
  usePainted(canvas, view.window <= 300 ? 100 : 200, (surface, theme) => {
    const now = input(surface.width / surface.ratio);
    if (now === undefined) return;
    painter.paint(surface, theme, now);
    if (painter.peakCount !== peak) setPeak(painter.peakCount);
  });
  const current = input(canvas.current?.clientWidth ?? 1200);
  const hit = pointer && current ? painter.hit(current, pointer.x, pointer.y) : undefined;
  const mark = pointer && current ? painter.markAt(current, pointer.x, pointer.y) : undefined;
  const move = (e: PointerEvent) => setPointer({ x: e.nativeEvent.offsetX, y: e.nativeEvent.offsetY });
  const descriptor = descriptorOf(measure);
  return (
    <section className="card hero" aria-label={`${descriptor.title} over time`}>
      <header>
        <HeatmapControls reading={reading} measure={measure} />
        <span className="spring" />
        <Legend peak={peak} />
      </header>
      {view.tables && current !== undefined ? (
        <HeatmapTable input={current} />
      ) : (
        <div className="plot">
          <canvas
            ref={canvas}
            role="img"
            aria-label={`Heatmap of ${descriptor.title.toLowerCase()}; press t for a table`}
            style={mark === undefined ? undefined : { cursor: 'pointer' }}
            onPointerMove={move}
            onPointerLeave={() => setPointer(undefined)}
            onClick={() => mark !== undefined && session.open(mark.id)}
          />
          {hit !== undefined && pointer !== undefined && <HeatmapTip hit={hit} mark={mark} at={pointer} />}
        </div>
      )}
      <Minimap measure={measure} />
    </section>
  );
}

function Legend({ peak }: { peak: number }) {
  const stops = [0, 0.25, 0.5, 0.75, 1];
  const gradient = (dark: boolean) =>
    `linear-gradient(to right, ${stops.map((t) => `rgb(${heatColour(t, dark).join(' ')})`).join(', ')})`;
  return (
    <span className="legend muted small numeral">
      1<i className="for-dark" style={{ background: gradient(true) }} />
      <i className="for-light" style={{ background: gradient(false) }} />
      {fullCount(peak)} values a cell · <span className="line-key" /> interval max
    </span>
  );
}

function Minimap({ measure }: { measure: Measure }) {
  const session = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);
  const reading = useReading('headline');
  const view = useSessionState((s) => s.view);
  const budgetNs = chosenBudget(view, reading);
  const extent = () => {
    const series = session.host?.series(measure, view.cpu);
    const from = series === undefined ? undefined : runStart(series);
    if (series === undefined || from === undefined) return undefined;
    const to = Math.max(session.host!.time, rightEdge(session));
    return { series, from: Math.min(from, to - view.window * 1e6), to };
  };
  usePainted(canvas, 1000, (surface, theme) => {
    const now = extent();
    if (now === undefined) return;
    const { series, from, to } = now;
    const end = rightEdge(session);
    paintMinimap(surface, theme, {
      columns: tierFor(series, from, to, surface.width * 2),
      from,
      to,
      shownFrom: end - view.window * 1e6,
      shownTo: end,
      scale: latencyScale(budgetNs, decadesOf(measure)),
      budgetNs,
    });
  });
  const go = (e: PointerEvent<HTMLCanvasElement>) => {
    const now = extent();
    if (now === undefined) return;
    const width = e.currentTarget.clientWidth - MINIMAP_MARGIN.left - MINIMAP_MARGIN.right;
    const share = Math.min(1, Math.max(0, (e.nativeEvent.offsetX - MINIMAP_MARGIN.left) / width));
    session.showAround(now.from + share * (now.to - now.from));
  };
  return (
    <canvas
      ref={canvas}
      className="minimap"
      role="img"
      aria-label="the whole run this page holds; click to look at another time"
      title="the whole run this page holds: click freezes and goes there, f comes back"
      onPointerDown={go}
      onPointerMove={(e) => e.buttons === 1 && go(e)}
    />
  );
}
