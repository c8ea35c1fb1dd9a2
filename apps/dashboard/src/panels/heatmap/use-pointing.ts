// Pointer input on a heatmap: shows the values under the pointer, selects a time range to zoom to, opens spikes.
import type { UnixMicros } from '@rtprobe/protocol';
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { HeatmapInput, Mark } from '../../charts/heatmap/frame.ts';
import type { HeatmapPainter } from '../../charts/heatmap/painter.ts';
import { useSession } from '../../store/session/context.ts';

/** A press that moves less than this, in CSS pixels, is a click. */
const BRUSH_LEAST = 5;
/** Zoom factor of one notch of the wheel. */
const WHEEL_FACTOR = 1.25;

interface Point {
  x: number;
  y: number;
}

export interface Pointing {
  /** CSS pixels. */
  pointer: Point | undefined;
  /** The same value, readable before React renders, for painting. */
  now: RefObject<Point | undefined>;
  brush: { from: UnixMicros; to: UnixMicros } | undefined;
  /** The spike under the pointer. */
  mark: Mark | undefined;
  handlers: {
    onPointerDown(event: PointerEvent<HTMLCanvasElement>): void;
    onPointerMove(event: PointerEvent<HTMLCanvasElement>): void;
    onPointerUp(event: PointerEvent<HTMLCanvasElement>): void;
    onPointerLeave(): void;
    onPointerCancel(): void;
  };
}

export function usePointing(
  canvas: RefObject<HTMLCanvasElement | null>,
  painter: HeatmapPainter,
  current: () => HeatmapInput | undefined,
): Pointing {
  const session = useSession();
  const [pointer, setPointer] = useState<Point>();
  const now = useRef<Point | undefined>(undefined);
  const point = (to: Point | undefined) => {
    now.current = to;
    setPointer(to);
  };
  const [brush, setBrush] = useState<{ from: UnixMicros; to: UnixMicros }>();
  const pressed = useRef<{ x: number; time: UnixMicros } | undefined>(undefined);
  const timeAt = (x: number) => {
    const input = current();
    return input === undefined ? undefined : painter.timeAt(input, x);
  };
  useWheel(canvas, timeAt);
  const input = pointer === undefined ? undefined : current();
  const mark = pointer && input ? painter.markAt(input, pointer.x, pointer.y) : undefined;
  const leave = () => {
    pressed.current = undefined;
    setBrush(undefined);
    point(undefined);
    session.cursor.set(undefined);
  };
  return {
    pointer,
    now,
    brush,
    mark,
    handlers: {
      onPointerDown: (event) => {
        const { offsetX: x } = event.nativeEvent;
        const time = timeAt(x);
        if (event.button !== 0 || time === undefined || !painter.within(x)) return;
        pressed.current = { x, time };
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: (event) => {
        const { offsetX: x, offsetY: y } = event.nativeEvent;
        point({ x, y });
        const time = painter.within(x) ? timeAt(x) : undefined;
        session.cursor.set(time);
        const start = pressed.current;
        const to = timeAt(x);
        if (start === undefined || to === undefined) return;
        if (Math.abs(x - start.x) >= BRUSH_LEAST) setBrush({ from: start.time, to });
      },
      onPointerUp: (event) => {
        const start = pressed.current;
        pressed.current = undefined;
        if (start !== undefined && brush !== undefined) {
          session.window.show({ from: Math.min(brush.from, brush.to), to: Math.max(brush.from, brush.to) });
        } else if (mark !== undefined && event.button === 0) session.spikes.open(mark.id);
        setBrush(undefined);
      },
      onPointerLeave: leave,
      onPointerCancel: leave,
    },
  };
}

/** React's wheel listener is passive, so the page would scroll too. */
function useWheel(
  canvas: RefObject<HTMLCanvasElement | null>,
  timeAt: (x: number) => UnixMicros | undefined,
): void {
  const session = useSession();
  const latest = useRef(timeAt);
  useEffect(() => {
    latest.current = timeAt;
  });
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const turn = (event: WheelEvent) => {
      const time = latest.current(event.offsetX);
      if (time === undefined || event.ctrlKey) return;
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) session.window.pan(event.deltaX > 0 ? 1 : -1);
      else session.window.zoom(event.deltaY > 0 ? WHEEL_FACTOR : 1 / WHEEL_FACTOR, time);
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [canvas, session]);
}
