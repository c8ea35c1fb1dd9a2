// The timeline of a spike's trace: zoom, move, markers, a tip, and the same as a table.
import { cpuList, formatDuration } from '@rtprobe/metrics';
import type { Spike, Trace } from '@rtprobe/protocol';
import { durationOf, type Slice } from '@rtprobe/trace';
import {
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Surface, Theme } from '../../charts/canvas.ts';
import {
  offsetText,
  paintTimeline,
  pointed,
  readSliceColours,
  type SliceColours,
  sliceText,
  type TimelineInput,
  timelineHeight,
} from '../../charts/timeline.ts';
import {
  fitWindow,
  nextEdge,
  panned,
  type Span,
  sliceAt,
  timelineOf,
  zoomed,
} from '../../charts/timeline-view.ts';
import { descriptorOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { useAddress as useSessionState } from '../../store/session/context.ts';
import { Name } from '../common/Name.tsx';
import { useDrawing, usePainted } from '../common/painted-canvas.ts';
import { Scroll } from '../common/Scroll.tsx';

/** A pointer finds a slice this many pixels beside it. */
const REACH_PX = 4;
const ZOOM = 0.7;
/** Rows a table of slices can have before nobody reads it. */
const TABLE_MAX = 500;

interface Marker {
  a: number | undefined;
  b: number | undefined;
}

function endsOf(spike: Spike): readonly [string, string] {
  const value = formatDuration(spike.valueNs);
  const waited = descriptorOf(spike.measure).semantics === 'latency';
  return waited
    ? [t('autopsy.should'), t('autopsy.ran', { value })]
    : [t('autopsy.began'), t('autopsy.ended', { value })];
}

function Tip({ slice, zero }: { slice: Slice; zero: number }) {
  return (
    <div className="timeline-tip small" role="status">
      <b>
        <Name>{sliceText(slice)}</Name>
      </b>
      <span className="numeral">
        {t('autopsy.from', { from: offsetText(slice.startNs - zero), to: offsetText(slice.endNs - zero) })}
      </span>
      {slice.netNs !== durationOf(slice) && (
        <span className="numeral">{t('autopsy.net', { value: formatDuration(slice.netNs) })}</span>
      )}
      {slice.kind === 'irqs_off' && slice.exact !== true && <span>{t('autopsy.sampled')}</span>}
      {slice.begin === 'cut' && <span>{t('autopsy.cut.begin')}</span>}
      {slice.end === 'cut' && <span>{t('autopsy.cut.end')}</span>}
    </div>
  );
}

function SliceTable({ slices, zero }: { slices: readonly Slice[]; zero: number }) {
  return (
    <Scroll label={t('autopsy.timeline')} className="slice-table">
      <table>
        <thead>
          <tr>
            <th>{t('autopsy.where')}</th>
            <th>{t('autopsy.slice')}</th>
            <th className="number">{t('autopsy.begin')}</th>
            <th className="number">{t('autopsy.length')}</th>
          </tr>
        </thead>
        <tbody>
          {slices.slice(0, TABLE_MAX).map((slice, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the slices of a trace do not change
            <tr key={i}>
              <td>
                {t('pages.cpu', { cpu: slice.cpu })} {t(`autopsy.context.${slice.context}`)}
              </td>
              <td>
                <Name>
                  {slice.name === '' || slice.kind === 'task' ? slice.label : `${slice.label} ${slice.name}`}
                </Name>
              </td>
              <td className="number">{offsetText(slice.startNs - zero)}</td>
              <td className="number">{formatDuration(durationOf(slice))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {slices.length > TABLE_MAX && (
        <p className="muted small">{t('autopsy.moreFiles', { n: slices.length - TABLE_MAX })}</p>
      )}
    </Scroll>
  );
}

function Completeness({ trace }: { trace: Trace }) {
  const cut = trace.cpus.filter((cpu) => cpu.overwritten).map((cpu) => cpu.cpu);
  return (
    <span className="muted small">
      {t('autopsy.recorder')} ·{' '}
      {cut.length === 0 ? t('autopsy.complete') : t('autopsy.overwritten', { cpus: cpuList(cut) })}
    </span>
  );
}

interface Props {
  spike: Spike;
  trace: Trace;
  /** Told what is drawn, for the picture that is exported. */
  drawn: RefObject<TimelineInput | undefined>;
}

export function TimelinePanel({ spike, trace, drawn }: Props) {
  const timeline = useMemo(() => timelineOf(trace, spike.cpu), [trace, spike.cpu]);
  const [shown, setShown] = useState<Span>(() => fitWindow(timeline));
  const [marker, setMarker] = useState<Marker>({ a: undefined, b: undefined });
  const [cursor, setCursor] = useState<number>();
  const [hovered, setHovered] = useState<Slice>();
  const tables = useSessionState((s) => s.view.tables);
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useRef<SliceColours>(undefined);
  const drag = useRef<number>(undefined);
  const { restyled } = useDrawing();
  useEffect(
    () =>
      restyled.listen(() => {
        colours.current = undefined;
      }),
    [restyled],
  );
  const zero = trace.windowFromNs;
  const { whole } = timeline;
  const input: TimelineInput = {
    ...{ timeline, shown, victim: spike.victim?.pid, ends: endsOf(spike), marker, cursor, hovered },
  };
  useEffect(() => {
    drawn.current = input;
  });
  const paint = (surface: Surface, theme: Theme) => {
    colours.current ??= readSliceColours(surface.context.canvas);
    paintTimeline(surface, theme, colours.current, input);
  };
  // Nothing new comes by itself: what a hand does is shown at once.
  usePainted(canvas, 1000, paint, { cursorAnd: [input] });

  // React's own wheel listener is passive, and the page would scroll along.
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
    <section className="card timeline" aria-label={t('autopsy.what')}>
      <header>
        <h2>{t('autopsy.what')}</h2>
        <Completeness trace={trace} />
        <span className="spring" />
        {marker.a !== undefined && marker.b !== undefined && (
          <span className="numeral small">
            {t('autopsy.marked', {
              a: offsetText(marker.a - zero),
              b: offsetText(marker.b - zero),
              value: formatDuration(Math.abs(marker.b - marker.a)),
            })}
          </span>
        )}
        <button type="button" onClick={() => setShown(fitWindow(timeline))}>
          {t('autopsy.fit')}
        </button>
        <button type="button" onClick={() => setShown(whole)}>
          {t('autopsy.all')}
        </button>
      </header>
      <div
        className="timeline-plot"
        role="application"
        aria-label={t('autopsy.timeline')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys: zoom, move, markers
        tabIndex={0}
        onKeyDown={press}
      >
        <canvas
          ref={canvas}
          style={{ height: timelineHeight(timeline) }}
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
        <p className="muted small timeline-tip">{t('autopsy.keys')}</p>
      ) : (
        <Tip slice={hovered} zero={zero} />
      )}
      {tables && <SliceTable slices={slices} zero={zero} />}
    </section>
  );
}
