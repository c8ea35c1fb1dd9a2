// The largest values of one source, as small as a word.
import { type PointerEvent, useEffect, useRef } from 'react';
import { latencyScale } from '../../charts/latency-scale.ts';
import { paintSparkline } from '../../charts/sparkline.ts';
import { t } from '../../i18n/translate.ts';
import { decadesOf } from '../../store/reading/defaults.ts';
import { useSession } from '../../store/session/context.ts';
import type { Session } from '../../store/session/session.ts';
import { type Source, SPARK_SECONDS } from '../../store/stream/source.ts';
import { usePainted } from '../common/painted-canvas.ts';

/** Returns the heatmap's window, as long as a source has values: one time axis for all. */
export function sparklineSeconds(session: Session): number {
  return Math.min(SPARK_SECONDS, session.window.seconds());
}

export function Sparkline({
  history,
  cpu = -1,
  time,
  budgetNs,
}: {
  history: Source;
  /** CPU of the history; -1: all CPUs. */
  cpu?: number;
  time: number;
  budgetNs: number;
}) {
  const session = useSession();
  useEffect(() => {
    const { measure, id } = history.info;
    if (session.host === undefined) return;
    session.storedSeconds?.requestFor(session.host, history, { measure, cpu, source: id });
  });
  const canvas = useRef<HTMLCanvasElement>(null);
  const scale = latencyScale(budgetNs, decadesOf('hardirq_duration'));
  const { cursor } = session;
  usePainted(
    canvas,
    2000,
    (surface, theme) =>
      paintSparkline(surface, theme, history, {
        end: time / 1e6,
        seconds: sparklineSeconds(session),
        scale,
        budgetNs,
        cursor: cursor.time === undefined ? undefined : cursor.time / 1e6,
      }),
    { cursorAnd: [] },
  );
  const point = (event: PointerEvent<HTMLCanvasElement>) => {
    const before = 1 - event.nativeEvent.offsetX / event.currentTarget.clientWidth;
    cursor.set(time - before * sparklineSeconds(session) * 1e6);
  };
  return (
    <canvas
      ref={canvas}
      className="spark"
      role="img"
      aria-label={t('interrupts.spark')}
      onPointerMove={point}
      onPointerLeave={() => cursor.set(undefined)}
    />
  );
}
