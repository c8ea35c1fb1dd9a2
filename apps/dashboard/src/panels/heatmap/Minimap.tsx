// The minimap of the whole run under the heatmap; a click shows another part.
import { type PointerEvent, useRef } from 'react';
import { MINIMAP_MARGIN, paintMinimap } from '../../charts/heatmap/minimap.ts';
import { latencyScale } from '../../charts/latency-scale.ts';
import { t } from '../../i18n/translate.ts';
import type { ChartSubject } from '../../store/reading/chart-subject.ts';
import { chosenBudget, decadesOf } from '../../store/reading/defaults.ts';
import { useNotes, useReading, useSession, useView } from '../../store/session/context.ts';
import { usePainted } from '../common/painted-canvas.ts';

export function Minimap({ subject, shownSeconds }: { subject: ChartSubject; shownSeconds: number }) {
  const session = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);
  const reading = useReading('headline');
  const view = useView();
  const notes = useNotes((s) => s.notes);
  const budgetNs = chosenBudget(view, reading);
  const extent = () => {
    if (reading === undefined || reading.time === 0) return undefined;
    const to = Math.max(reading.time, session.window.rightEdge());
    return { from: Math.min(session.window.earliest(), to - shownSeconds * 1e6), to };
  };
  usePainted(
    canvas,
    1000,
    (surface, theme) => {
      const now = extent();
      if (now === undefined) return;
      const { from, to } = now;
      const columns = session.columns.read(subject, from, to, surface.width * 2);
      if (columns === undefined) return;
      const end = session.window.rightEdge();
      paintMinimap(surface, theme, {
        columns,
        from,
        to,
        shownFrom: end - shownSeconds * 1e6,
        shownTo: end,
        scale: latencyScale(budgetNs, decadesOf(subject.measure)),
        budgetNs,
        notes,
        cursor: session.cursor.time,
      });
    },
    { cursorAnd: [] },
  );
  const timeAt = (e: PointerEvent<HTMLCanvasElement>) => {
    const now = extent();
    if (now === undefined) return undefined;
    const width = e.currentTarget.clientWidth - MINIMAP_MARGIN.left - MINIMAP_MARGIN.right;
    const share = Math.min(1, Math.max(0, (e.nativeEvent.offsetX - MINIMAP_MARGIN.left) / width));
    return now.from + share * (now.to - now.from);
  };
  const go = (e: PointerEvent<HTMLCanvasElement>) => {
    const time = timeAt(e);
    if (time !== undefined) session.window.showAround(time);
  };
  const move = (e: PointerEvent<HTMLCanvasElement>) => {
    session.cursor.set(timeAt(e));
    if (e.buttons === 1) go(e);
  };
  return (
    <canvas
      ref={canvas}
      className="minimap"
      role="img"
      aria-label={t('minimap.label')}
      title={t('minimap.title')}
      onPointerDown={go}
      onPointerMove={move}
      onPointerLeave={() => session.cursor.set(undefined)}
    />
  );
}
