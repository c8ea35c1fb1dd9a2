// The heatmap with its minimap, tooltip and table. Dragging zooms to a time range; the wheel zooms around the time
// under the pointer.
import type { Spike } from '@rtprobe/protocol';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import type { HeatmapInput, Mark } from '../../charts/heatmap/frame.ts';
import { HeatmapPainter } from '../../charts/heatmap/painter.ts';
import { latencyScale } from '../../charts/latency-scale.ts';
import { causeName } from '../../i18n/causes.ts';
import { measureInText, measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { type ChartSubject, isSpikeOf } from '../../store/reading/chart-subject.ts';
import { chosenBudget, chosenMeasure, decadesOf } from '../../store/reading/defaults.ts';
import {
  useAcknowledged,
  useFrozen,
  useNotes,
  useReading,
  useSession,
  useView,
} from '../../store/session/context.ts';
import type { Host } from '../../store/stream/host.ts';
import { usePainted } from '../common/painted-canvas.ts';
import { HeatmapControls } from './HeatmapControls.tsx';
import { HeatmapLegend } from './HeatmapLegend.tsx';
import { HeatmapTable } from './HeatmapTable.tsx';
import { HeatmapTip } from './HeatmapTip.tsx';
import { Minimap } from './Minimap.tsx';
import { usePointing } from './use-pointing.ts';

const PLOT_MARGINS = 72;

function marksOf(
  spikes: readonly Spike[],
  subject: ChartSubject,
  host: Host | undefined,
  seen: ReadonlySet<string>,
): Mark[] {
  return spikes
    .filter((s) => isSpikeOf(s, subject, host))
    .map(({ id, time, valueNs, culprit }) => ({
      ...{ id, time, valueNs, label: causeName(culprit), seen: seen.has(id) },
    }));
}

/** Returns the painter's input at this moment; undefined while there is nothing to draw. */
function useHeatmapInput(subject: ChartSubject) {
  const session = useSession();
  const view = useView();
  const seen = useAcknowledged().ids;
  const frozen = useFrozen();
  const notes = useNotes((s) => s.notes);
  return (cssWidth: number): HeatmapInput | undefined => {
    const end = session.window.rightEdge();
    const seconds = session.window.seconds();
    const columnsMax = Math.max(1, (cssWidth - PLOT_MARGINS) / 2);
    const columns = session.columns.read(subject, end - seconds * 1e6, end, columnsMax);
    if (columns === undefined) return undefined;
    // Read when painting, not when React renders, so that a spike appears before React renders it.
    const reading = session.reading();
    const budgetNs = chosenBudget(view, reading);
    return {
      columns,
      end,
      windowSeconds: seconds,
      live: frozen === undefined && view.range === undefined,
      scale: latencyScale(budgetNs, decadesOf(subject.measure)),
      budgetNs,
      marks: marksOf(reading?.spikes ?? [], subject, session.host, seen),
      selected: view.spike,
      pointer: undefined,
      cursor: session.cursor.time,
      brush: undefined,
      notes,
    };
  };
}

interface Props {
  /** Default: the measure and CPU of the address. */
  subject?: ChartSubject;
  /** At the left of the header, instead of the selection of measure, CPU and window. */
  controls?: ReactNode;
  /** At the right of the header; receives the canvas, for export. */
  tools?: (canvas: RefObject<HTMLCanvasElement | null>) => ReactNode;
}

export function HeatmapPanel({ subject: given, controls, tools }: Props) {
  const session = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [painter] = useState(() => new HeatmapPainter());
  const [peak, setPeak] = useState(1);
  const [shown, setShown] = useState<number>(0);
  const view = useView();
  const reading = useReading('headline');
  const subject = given ?? { measure: chosenMeasure(view, reading), cpu: view.cpu, source: undefined };
  useEffect(() => {
    session.subject = given;
    return () => {
      session.subject = undefined;
    };
  });
  const plain = useHeatmapInput(subject);
  const current = () => plain(canvas.current?.clientWidth ?? 1200);
  const pointing = usePointing(canvas, painter, current);
  usePainted(
    canvas,
    shown <= 400 ? 100 : 200,
    (surface, theme) => {
      const now = plain(surface.width / surface.ratio);
      if (now === undefined) return;
      painter.paint(surface, theme, { ...now, pointer: pointing.now.current, brush: pointing.brush });
      // For tests that wait until a spike is painted, such as bench/spike.ts.
      canvas.current?.setAttribute('data-newest-mark', painter.newestMark ?? '');
      // Both change rarely, and setting the same value again has no effect.
      setPeak(painter.peakCount);
      setShown(painter.shownSeconds(now));
    },
    { cursorAnd: [], spikes: true },
  );
  const input = current();
  const { pointer, brush } = pointing;
  const hit = pointer && input && brush === undefined ? painter.hit(input, pointer.x, pointer.y) : undefined;
  const gap = hit && session.host?.gaps.find((g) => g.from < hit.to && g.to > hit.from)?.reason;
  return (
    <section
      className="card hero"
      aria-label={t('heatmap.overTime', { measure: measureWords(subject.measure).title })}
    >
      <header>
        {controls ?? <HeatmapControls reading={reading} measure={subject.measure} />}
        <span className="spring" />
        <button type="button" className="note-button" onClick={() => session.beginNote()}>
          {t('note.write')} <kbd>n</kbd>
        </button>
        <HeatmapLegend peak={peak} />
        {tools?.(canvas)}
      </header>
      {view.tables && input !== undefined ? (
        <HeatmapTable input={input} />
      ) : (
        <div className="plot">
          <canvas
            ref={canvas}
            role="img"
            aria-label={t('heatmap.label', { measure: measureInText(subject.measure) })}
            className={pointing.mark === undefined ? 'brushable' : 'brushable on-mark'}
            {...pointing.handlers}
          />
          {hit !== undefined && pointer !== undefined && (
            <HeatmapTip hit={hit} mark={pointing.mark} gap={gap} at={pointer} />
          )}
        </div>
      )}
      <Minimap subject={subject} shownSeconds={shown} />
    </section>
  );
}
