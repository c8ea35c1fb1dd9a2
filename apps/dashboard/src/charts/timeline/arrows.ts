// Chooses the arrows of a timeline that are drawn at a zoom. Those that matter are always drawn, the others only while
// they are few enough to be told apart.
import type { Arrow, ArrowEnd, Slice } from '@rtprobe/trace';
import type { Span } from './activity.ts';
import type { Link, Timeline } from './lanes.ts';

export interface DrawnArrow extends Link {
  /** chain: a step that led to the spike. active: of a slice that is pointed at or selected. */
  readonly look: 'plain' | 'chain' | 'active';
}

export interface ArrowChoice {
  readonly drawn: readonly DrawnArrow[];
  /** Arrows in the picture that are not drawn because they are too many. */
  readonly hidden: number;
}

/** Pixels that a plain arrow needs to be readable. */
const PX_PER_ARROW = 14;
/** Arrows between the same lanes that begin and end within so many pixels are drawn as one. */
const SAME_PX = 4;
const ACTIVE_MAX = 100;

const isOf = ({ slice, atNs }: ArrowEnd, active: Slice): boolean =>
  slice === active ||
  (slice.cpu === active.cpu &&
    slice.context === active.context &&
    atNs >= active.startNs &&
    atNs <= active.endNs &&
    active.depth <= slice.depth &&
    slice.startNs >= active.startNs &&
    slice.endNs <= active.endNs);

/** Arrows of which an end is in the span, and of the chain also those that pass through it. */
const isIn = ({ from, to }: Arrow, { fromNs, toNs }: Span, isChain: boolean): boolean => {
  if (from.atNs > toNs || to.atNs < fromNs) return false;
  return isChain || from.atNs >= fromNs || to.atNs <= toNs;
};

/** Returns one of each group of arrows that would cover each other; undefined if there are more groups than `most`. */
function distinct(links: readonly Link[], nsPerPixel: number, most: number): Link[] | undefined {
  const near = (at: number) => Math.round(at / (nsPerPixel * SAME_PX));
  const seen = new Map<string, Link>();
  for (const link of links) {
    const { arrow, from, to } = link;
    const key = `${from?.top} ${to?.top} ${near(arrow.from.atNs)} ${near(arrow.to.atNs)}`;
    if (seen.has(key)) continue;
    if (seen.size === most) return undefined;
    seen.set(key, link);
  }
  return [...seen.values()];
}

/** Returns the arrows of the chain, and the others if they are few. `width` is that of the plot in pixels. */
export function arrowsIn(
  { links }: Timeline,
  shown: Span,
  width: number,
  chain: ReadonlySet<Arrow>,
): ArrowChoice {
  const important: DrawnArrow[] = [];
  const plain: Link[] = [];
  for (const link of links) {
    const isChain = chain.has(link.arrow);
    if (!isIn(link.arrow, shown, isChain)) continue;
    if (isChain) important.push({ ...link, look: 'chain' });
    else plain.push(link);
  }
  const most = Math.max(4, Math.floor(width / PX_PER_ARROW));
  const nsPerPixel = (shown.toNs - shown.fromNs) / Math.max(1, width);
  const drawn = (kept: readonly Link[]): DrawnArrow[] => [
    ...kept.map((link) => ({ ...link, look: 'plain' as const })),
    ...important,
  ];
  const all = distinct(plain, nsPerPixel, most);
  if (all !== undefined) return { drawn: drawn(all), hidden: 0 };
  // Between CPUs they say what no lane says by itself.
  const across = plain.filter(({ from, to }) => from?.cpu !== to?.cpu);
  const kept = distinct(across, nsPerPixel, most);
  return { drawn: drawn(kept ?? []), hidden: plain.length - (kept === undefined ? 0 : across.length) };
}

/** Returns the arrows of a slice, at most ACTIVE_MAX. */
export function arrowsOfSlice({ links }: Timeline, shown: Span, slice: Slice): DrawnArrow[] {
  const active: DrawnArrow[] = [];
  for (const link of links) {
    const { arrow } = link;
    if (!isIn(arrow, shown, true) || !(isOf(arrow.from, slice) || isOf(arrow.to, slice))) continue;
    active.push({ ...link, look: 'active' });
    if (active.length === ACTIVE_MAX) break;
  }
  return active;
}
