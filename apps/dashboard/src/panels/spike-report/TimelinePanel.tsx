// The timeline of a spike's trace, with zoom, markers and tips, and its slices as a table.
import { formatDuration } from '@rtprobe/metrics';
import type { Spike, Trace } from '@rtprobe/protocol';
import { durationOf, type Slice, sliceTitle } from '@rtprobe/trace';
import {
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { clear, type Surface, type Theme } from '../../charts/canvas.ts';
import type { SliceColours } from '../../charts/colours.ts';
import {
  type Markers,
  markersNote,
  offsetText,
  recorderNote,
  windowEnds,
} from '../../charts/report/timeline.ts';
import { contextName } from '../../charts/timeline/context-name.ts';
import {
  fitWindow,
  nextEdge,
  panned,
  type Span,
  sliceAt,
  timelineOf,
  zoomed,
} from '../../charts/timeline/lanes.ts';
import {
  paintTimeline,
  pointed,
  sliceText,
  type TimelineInput,
  timelineHeight,
} from '../../charts/timeline/paint.ts';
import { t } from '../../i18n/translate.ts';
import { useView } from '../../store/session/context.ts';
import { Name } from '../common/Name.tsx';
import { usePainted } from '../common/painted-canvas.ts';
import { Scroll } from '../common/Scroll.tsx';

/** Largest distance in pixels at which the pointer finds a slice. */
const REACH_PX = 4;
const ZOOM = 0.7;
/** Most rows of the table of slices. */
const TABLE_MAX = 500;

function Tip({ slice, zero }: { slice: Slice; zero: number }) {
  return (
    <div className="timeline-tip small" role="status">
      <b>
        <Name>{sliceText(slice)}</Name>
      </b>
      <span className="numeral">
        {t('report.from', { from: offsetText(slice.startNs - zero), to: offsetText(slice.endNs - zero) })}
      </span>
      {slice.netNs !== durationOf(slice) && (
        <span className="numeral">{t('report.net', { value: formatDuration(slice.netNs) })}</span>
      )}
      {slice.kind === 'irqs_off' && slice.exact !== true && <span>{t('report.lowerBound')}</span>}
      {slice.begin === 'cut' && <span>{t('report.cut.begin')}</span>}
      {slice.end === 'cut' && <span>{t('report.cut.end')}</span>}
    </div>
  );
}

function SliceTable({ slices, zero }: { slices: readonly Slice[]; zero: number }) {
  return (
    <Scroll label={t('report.timeline')} className="slice-table">
      <table>
        <thead>
          <tr>
            <th>{t('report.where')}</th>
            <th>{t('report.slice')}</th>
            <th className="number">{t('report.begin')}</th>
            <th className="number">{t('report.length')}</th>
          </tr>
        </thead>
        <tbody>
          {slices.slice(0, TABLE_MAX).map((slice, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the slices of a trace do not change
            <tr key={i}>
              <td>
                {t('pages.cpu', { cpu: slice.cpu })} {contextName(slice.context)}
              </td>
              <td>
                <Name>{sliceTitle(slice)}</Name>
              </td>
              <td className="number">{offsetText(slice.startNs - zero)}</td>
              <td className="number">{formatDuration(durationOf(slice))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {slices.length > TABLE_MAX && (
        <p className="muted small">{t('report.moreFiles', { n: slices.length - TABLE_MAX })}</p>
      )}
    </Scroll>
  );
}

interface Props {
  spike: Spike;
  trace: Trace;
  /** Receives the drawing, for the exported picture. */
  drawn: RefObject<TimelineInput | undefined>;
}

export function TimelinePanel({ spike, trace, drawn }: Props) {
  const timeline = useMemo(() => timelineOf(trace, spike.cpu), [trace, spike.cpu]);
  const [shown, setShown] = useState<Span>(() => fitWindow(timeline));
  const [marker, setMarker] = useState<Markers>({ a: undefined, b: undefined });
  const [cursor, setCursor] = useState<number>();
  const [hovered, setHovered] = useState<Slice>();
  const tables = useView().tables;
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<number>(undefined);
  const zero = trace.windowFromNs;
  const { whole } = timeline;
  const input: TimelineInput = {
    ...{ timeline, shown, victim: spike.victim?.pid, ends: windowEnds(spike), marker, cursor, hovered },
  };
  useEffect(() => {
    drawn.current = input;
  });
  const paint = (surface: Surface, theme: Theme, colours: SliceColours) => {
    clear(surface);
    paintTimeline(surface, theme, colours, input);
  };
  // The trace does not change, so only input repaints it, and at once.
  usePainted(canvas, 1000, paint, { cursorAnd: [input] });

  // React's wheel listener is passive, so the page would scroll too.
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      setShown((span) => {
        const { at } = pointed({ timeline, shown: span }, event.offsetX, event.offsetY, element.clientWidth);
        if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) return panned(span, event.deltaX / 1000, whole);
        return zoomed(span, event.deltaY > 0 ? 1 / ZOOM : ZOOM, at, whole);
      });
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [timeline, whole]);

  const point = (event: PointerEvent<HTMLCanvasElement>) => {
    const { offsetX, offsetY } = event.nativeEvent;
    const { at, lane, nsPerPixel } = pointed(
      { timeline, shown },
      offsetX,
      offsetY,
      event.currentTarget.clientWidth,
    );
    if (drag.current !== undefined && (event.buttons & 1) === 1) {
      const moved = ((drag.current - offsetX) * nsPerPixel) / (shown.toNs - shown.fromNs);
      drag.current = offsetX;
      setShown((span) => panned(span, moved, whole));
      return;
    }
    setCursor(at);
    setHovered(lane === undefined ? undefined : sliceAt(lane, at, REACH_PX * nsPerPixel));
  };

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

  const slices = tables ? timeline.lanes.flatMap((lane) => lane.slices) : [];
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
      <div
        className="timeline-plot"
        role="application"
        aria-label={t('report.timeline')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys: zoom, move, markers
        tabIndex={0}
        onKeyDown={press}
      >
        <canvas
          ref={canvas}
          style={{ height: `calc(${timelineHeight(timeline)}px * var(--scale, 1))` }}
          onPointerDown={(event) => {
            drag.current = event.nativeEvent.offsetX;
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerUp={() => {
            drag.current = undefined;
          }}
          onPointerMove={point}
          onPointerLeave={() => {
            setCursor(undefined);
            setHovered(undefined);
          }}
        />
      </div>
      {hovered === undefined ? (
        <p className="muted small timeline-tip">{t('report.keys')}</p>
      ) : (
        <Tip slice={hovered} zero={zero} />
      )}
      {tables && <SliceTable slices={slices} zero={zero} />}
    </section>
  );
}
