// The timeline of a spike's trace, with zoom, markers, search and pinned tracks, and its slices as a table.
import { cpuList } from '@rtprobe/metrics';
import type { Spike, Trace } from '@rtprobe/protocol';
import { arrowsOfChain, chainOf, type Slice } from '@rtprobe/trace';
import {
  type ComponentProps,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Surface, Theme } from '../../charts/canvas.ts';
import type { SliceColours } from '../../charts/colours.ts';
import { type Markers, markersNote, recorderNote, windowEnds } from '../../charts/report/timeline.ts';
import { activityOf, profileOf, type Span } from '../../charts/timeline/activity.ts';
import { laneTop, pointed, timelineHeight } from '../../charts/timeline/frame.ts';
import { KeptPicture } from '../../charts/timeline/kept-picture.ts';
import {
  fitWindow,
  laneFinder,
  nextEdge,
  panned,
  showing,
  sliceAt,
  type Timeline,
  timelineOf,
  zoomed,
} from '../../charts/timeline/lanes.ts';
import { legendOf } from '../../charts/timeline/legend.ts';
import type { TimelineInput } from '../../charts/timeline/paint.ts';
import { t } from '../../i18n/translate.ts';
import { type Pin, withPin } from '../../store/address/pin.ts';
import { useSession, useView } from '../../store/session/context.ts';
import { usePainted } from '../common/painted-canvas.ts';
import { copyTop, PinnedTracks, usePinnedHeight } from './PinnedTracks.tsx';
import { SliceTable } from './SliceTable.tsx';
import { SliceTip } from './SliceTip.tsx';
import { nextMatch, searchSlices } from './search.ts';
import { TimelineLegend } from './TimelineLegend.tsx';
import { TimelineTools } from './TimelineTools.tsx';
import { tracksOf, tracksOfSlice } from './tracks.ts';

/** Largest distance in pixels at which the pointer finds a slice. */
const REACH_PX = 4;
const ZOOM = 0.7;
/** A press that moves less is a click. */
const CLICK_PX = 4;

interface Props {
  spike: Spike;
  trace: Trace;
  /** Receives the drawing, for the exported picture. */
  drawn: RefObject<TimelineInput | undefined>;
}

/** Returns what follows from the trace and the view. */
function useTimeline({ spike, trace }: Pick<Props, 'spike' | 'trace'>) {
  const { filter, pins } = useView();
  const activity = useMemo(() => activityOf(trace, spike.cpu), [trace, spike.cpu]);
  const timeline = useMemo(() => timelineOf(activity, pins), [activity, pins]);
  const chain = useMemo(
    () => arrowsOfChain(activity.arrows, chainOf(trace, spike)),
    [activity, trace, spike],
  );
  const tracks = useMemo(() => tracksOf(trace, activity.index.slices), [trace, activity]);
  const matches = useMemo(() => searchSlices(activity, filter), [activity, filter]);
  const found = useMemo(() => matches && new Set(matches), [matches]);
  return { timeline, chain, tracks, matches, found, pins };
}

/** Zooms with the wheel. React's wheel listener is passive, so the page would scroll too. */
function useWheelZoom(
  plot: RefObject<HTMLElement | null>,
  timeline: Timeline,
  change: (next: (span: Span) => Span) => void,
): void {
  useEffect(() => {
    const element = plot.current;
    if (element === null) return;
    const { whole } = timeline;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      change((span) => {
        const { at } = pointed({ timeline, shown: span }, event.offsetX, event.offsetY, element.clientWidth);
        if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) return panned(span, event.deltaX / 1000, whole);
        return zoomed(span, event.deltaY > 0 ? 1 / ZOOM : ZOOM, at, whole);
      });
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [plot, timeline, change]);
}

export function TimelinePanel({ spike, trace, drawn }: Props) {
  const session = useSession();
  const { timeline, chain, tracks, matches, found, pins } = useTimeline({ spike, trace });
  const [shown, setShown] = useState<Span>(() => fitWindow(timeline));
  const [marker, setMarker] = useState<Markers>({ a: undefined, b: undefined });
  const [cursor, setCursor] = useState<number>();
  const [hovered, setHovered] = useState<Slice>();
  const [selected, setSelected] = useState<Slice>();
  const [picture] = useState(() => new KeptPicture());
  const view = useView();
  const plot = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pinned = useRef<HTMLCanvasElement>(null);
  const pinnedPx = usePinnedHeight(timeline);
  const drag = useRef<{ begin: number; last: number }>(undefined);
  const anchor = useRef<HTMLElement>(null);
  const zero = trace.windowFromNs;
  const { whole } = timeline;
  const input: TimelineInput = {
    ...{ timeline, shown, victim: spike.victim?.pid, ends: windowEnds(spike), marker, cursor, hovered },
    ...{ selected, chain, found },
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the texts follow the language
  const legend = useMemo(() => legendOf(input, whole), [timeline, chain, spike, view.lang]);
  useEffect(() => {
    drawn.current = input;
  });
  const paint = (surface: Surface, theme: Theme, colours: SliceColours) => {
    picture.paint(surface, theme, colours, input);
    copyTop(surface, pinned.current);
  };
  // The trace does not change, so only input repaints it, and at once.
  usePainted(canvas, 1000, paint, { cursorAnd: [input, pinnedPx] });

  useWheelZoom(plot, timeline, setShown);

  /** Returns what is under the pointer. */
  const under = ({ nativeEvent: { offsetX, offsetY }, currentTarget }: PointerEvent<HTMLCanvasElement>) => {
    const { at, lane, nsPerPixel } = pointed(
      { timeline, shown },
      offsetX,
      offsetY,
      currentTarget.clientWidth,
    );
    return { at, nsPerPixel, slice: lane && sliceAt(lane, at, REACH_PX * nsPerPixel) };
  };
  const point = (event: PointerEvent<HTMLCanvasElement>) => {
    const { offsetX } = event.nativeEvent;
    const { at, nsPerPixel, slice } = under(event);
    if (drag.current !== undefined && (event.buttons & 1) === 1) {
      const moved = ((drag.current.last - offsetX) * nsPerPixel) / (shown.toNs - shown.fromNs);
      drag.current.last = offsetX;
      setShown((span) => panned(span, moved, whole));
      return;
    }
    setCursor(at);
    setHovered(slice);
  };
  const release = (event: PointerEvent<HTMLCanvasElement>) => {
    const begin = drag.current?.begin;
    drag.current = undefined;
    if (begin === undefined || Math.abs(event.nativeEvent.offsetX - begin) > CLICK_PX) return;
    setSelected(under(event).slice);
  };

  const pointer: ComponentProps<'canvas'> = {
    onPointerDown: (event) => {
      const { offsetX } = event.nativeEvent;
      drag.current = { begin: offsetX, last: offsetX };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerUp: release,
    onPointerCancel: () => {
      drag.current = undefined;
    },
    onPointerMove: point,
    onPointerLeave: () => {
      setCursor(undefined);
      setHovered(undefined);
    },
  };

  const step = (direction: 1 | -1) => {
    const match = matches && nextMatch(matches, { slice: selected, atNs: shown.fromNs }, direction);
    if (match === undefined) return;
    setSelected(match);
    setShown(showing(match, shown, whole));
    const lane = laneFinder(timeline)(match);
    if (anchor.current === null || lane === undefined) return;
    if (laneTop(lane) < pinnedPx) return pinned.current?.scrollIntoView({ block: 'nearest' });
    anchor.current.style.scrollMarginTop = `calc(${pinnedPx}px * var(--scale, 1))`;
    anchor.current.style.top = `calc(${laneTop(lane)}px * var(--scale, 1))`;
    anchor.current.scrollIntoView({ block: 'nearest' });
  };
  const pin = (which: Pin, isPinned: boolean) =>
    session.address.change({ pins: withPin(pins, which, isPinned) });

  const middle = cursor ?? (shown.fromNs + shown.toNs) / 2;
  const keys = new Map<string, () => void>([
    ['+', () => setShown(zoomed(shown, ZOOM, middle, whole))],
    ['=', () => setShown(zoomed(shown, ZOOM, middle, whole))],
    ['-', () => setShown(zoomed(shown, 1 / ZOOM, middle, whole))],
    ['ArrowLeft', () => setShown(panned(shown, -0.15, whole))],
    ['ArrowRight', () => setShown(panned(shown, 0.15, whole))],
    ['[', () => setCursor(nextEdge(timeline, middle, -1))],
    [']', () => setCursor(nextEdge(timeline, middle, 1))],
    ['a', () => setMarker({ ...marker, a: middle })],
    ['b', () => setMarker({ ...marker, b: middle })],
    ['f', () => setShown(fitWindow(timeline))],
  ]);
  const press = (event: KeyboardEvent) => {
    const action = keys.get(event.key);
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  };

  const tip = hovered ?? selected;
  return (
    <section className="card timeline" aria-label={t('report.what')}>
      <header>
        <h2>{t('report.what')}</h2>
        <span className="muted small">{recorderNote(trace)}</span>
        <span className="spring" />
        <span className="numeral small">{markersNote(marker, trace)}</span>
        <button type="button" onClick={() => setShown(fitWindow(timeline))}>
          {t('report.fit')}
        </button>
        <button type="button" onClick={() => setShown(whole)}>
          {t('report.all')}
        </button>
      </header>
      <TimelineTools search={{ matches, selected, onStep: step }} pinning={{ tracks, pins, onPin: pin }} />
      <div
        ref={plot}
        className="timeline-plot"
        role="application"
        aria-label={t('report.timeline')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys: zoom, move, markers
        tabIndex={0}
        onKeyDown={press}
      >
        {pinnedPx > 0 && <PinnedTracks canvas={pinned} height={pinnedPx} pointer={pointer} />}
        <canvas
          ref={canvas}
          {...pointer}
          style={{ height: `calc(${timelineHeight(timeline)}px * var(--scale, 1))` }}
        />
        <i ref={anchor} className="timeline-anchor" aria-hidden="true" />
      </div>
      <div role="status">
        {tip === undefined ? (
          <p className="muted small timeline-tip">{t('report.keys')}</p>
        ) : (
          <SliceTip
            slice={tip}
            zero={zero}
            profile={profileOf(timeline, tip)}
            tracks={tip === selected ? tracksOfSlice(trace, tip) : []}
            pins={pins}
            onPin={pin}
          />
        )}
      </div>
      <TimelineLegend items={legend} />
      {timeline.unsampled.length > 0 && (
        <p className="muted small">{t('report.unsampled', { cpus: cpuList([...timeline.unsampled]) })}</p>
      )}
      {view.tables && <SliceTable slices={matches ?? timeline.index.slices} zero={zero} />}
    </section>
  );
}
