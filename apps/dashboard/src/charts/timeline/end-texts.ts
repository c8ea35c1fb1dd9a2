// Places the texts at the two ends of a spike's window.

interface End {
  /** Of its line. */
  readonly x: number;
  readonly width: number;
  readonly isBegin: boolean;
}

/**
 * Returns the left ends of the texts: that of the begin is left of its line, that of the end right, as far as there is room
 * from 0 to `right`, and never one over the other.
 */
export function endsAt(ends: readonly End[], right: number, gap: number): number[] {
  const placed = ends.map(({ x, width, isBegin }) =>
    Math.min(Math.max(isBegin ? x - width - gap : x + gap, 0), right - width),
  );
  const [begin, end] = ends;
  if (begin === undefined || end === undefined) return placed;
  return [Math.min(placed[0]!, placed[1]! - begin.width - 2 * gap), placed[1]!];
}
