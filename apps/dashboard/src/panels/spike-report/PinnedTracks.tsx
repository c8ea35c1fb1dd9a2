// The pinned tracks of the timeline, which stay at its top while the others scroll: a copy of the top of its drawing, with
// the same coordinates. Without scrolling it lies on what it is a copy of.
import { type ComponentProps, type RefObject, useSyncExternalStore } from 'react';
import { type Surface, surfaceOf } from '../../charts/canvas.ts';
import { pinnedHeight } from '../../charts/timeline/frame.ts';
import type { Timeline } from '../../charts/timeline/lanes.ts';

/** Largest share of the window's height. */
const SHARE_MAX = 1 / 3;

function listenToResize(changed: () => void): () => void {
  window.addEventListener('resize', changed);
  return () => window.removeEventListener('resize', changed);
}

/** Returns the height of the pinned tracks that stay in pixels of the drawing. */
export function usePinnedHeight(timeline: Timeline): number {
  const height = useSyncExternalStore(listenToResize, () => window.innerHeight);
  return pinnedHeight(timeline, height * SHARE_MAX);
}

/** Copies the top of a drawing. */
export function copyTop({ context: { canvas } }: Surface, to: HTMLCanvasElement | null): void {
  const surface = to === null ? undefined : surfaceOf(to, 1);
  if (surface === undefined) return;
  surface.context.clearRect(0, 0, surface.width, surface.height);
  surface.context.drawImage(canvas, 0, 0);
}

interface Props {
  canvas: RefObject<HTMLCanvasElement | null>;
  height: number;
  pointer: ComponentProps<'canvas'>;
}

export function PinnedTracks({ canvas, height, pointer }: Props) {
  const size = `calc(${height}px * var(--scale, 1))`;
  return (
    <div className="timeline-pinned" style={{ height: size, marginBottom: `calc(-1 * ${size})` }}>
      <canvas ref={canvas} {...pointer} style={{ height: size }} />
    </div>
  );
}
