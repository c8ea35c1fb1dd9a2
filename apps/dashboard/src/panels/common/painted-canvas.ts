// Connects panels to the scheduler, and paints a canvas when data arrived.
import { createContext, type RefObject, useContext, useEffect, useRef } from 'react';
import { readTheme, type Surface, surfaceOf, type Theme } from '../../charts/canvas.ts';
import { readSliceColours, type SliceColours } from '../../charts/colours.ts';
import type { Scheduler, TaskHandle } from '../../charts/scheduler.ts';
import type { Signal } from '../../store/base/signal.ts';
import { useSession } from '../../store/session/context.ts';

export interface Drawing {
  scheduler: Scheduler;
  /** A frame of the host on screen arrived, or a second passed. */
  data: Signal;
  /** A spike of the host on screen arrived: pictures that mark spikes repaint at once. */
  spiked: Signal;
  /** Theme or size changed: everything must be repainted. */
  restyled: Signal;
}

export const DrawingContext = createContext<Drawing | undefined>(undefined);

export function useDrawing(): Drawing {
  const drawing = useContext(DrawingContext);
  if (drawing === undefined) throw new Error('no scheduler around this component');
  return drawing;
}

/** Changes for which a picture repaints at once. */
export interface AtOnce {
  /** The linked cursor, and other values that the picture depends on; their number must not change between renders. */
  readonly cursorAnd: readonly unknown[];
  /** New spikes, for a picture that marks them. */
  readonly spikes?: boolean;
}

/**
 * Paints the canvas at most every `periodMs` when data came, and after every render of the calling component,
 * because its props may have changed.
 */
export function usePainted(
  canvas: RefObject<HTMLCanvasElement | null>,
  periodMs: number,
  paint: (surface: Surface, theme: Theme, colours: SliceColours) => void,
  atOnce?: AtOnce,
): void {
  const { scheduler, data, spiked, restyled } = useDrawing();
  const { cursor } = useSession();
  const latest = useRef(paint);
  const handle = useRef<TaskHandle | undefined>(undefined);
  const follower = useRef<TaskHandle | undefined>(undefined);
  const isFollowing = atOnce !== undefined;
  const marksSpikes = atOnce?.spikes === true;
  useEffect(() => {
    let look: { theme: Theme; colours: SliceColours } | undefined;
    const run = () => {
      const element = canvas.current;
      if (element === null) return;
      look ??= { theme: readTheme(element), colours: readSliceColours(element) };
      const surface = surfaceOf(element, look.theme.scale);
      if (surface === undefined) return;
      latest.current(surface, look.theme, look.colours);
    };
    const task = scheduler.add({ kind: 'paint', periodMs, run });
    handle.current = task;
    const restyle = () => {
      look = undefined;
      task.invalidate();
    };
    const stops = [data.listen(task.invalidate), restyled.listen(restyle)];
    const quick = isFollowing ? scheduler.add({ kind: 'paint', periodMs: 0, urgent: true, run }) : undefined;
    follower.current = quick;
    if (quick !== undefined) {
      stops.push(cursor.moved.listen(quick.invalidate), quick.remove);
      if (marksSpikes) stops.push(spiked.listen(quick.invalidate));
    }
    const observer = new ResizeObserver(restyle);
    if (canvas.current !== null) observer.observe(canvas.current);
    return () => {
      for (const stop of stops) stop();
      observer.disconnect();
      task.remove();
    };
  }, [canvas, periodMs, scheduler, data, spiked, restyled, cursor, isFollowing, marksSpikes]);
  useEffect(() => {
    latest.current = paint;
    handle.current?.invalidate();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: their change is what this is about
  useEffect(() => follower.current?.invalidate(), atOnce?.cursorAnd ?? []);
}
