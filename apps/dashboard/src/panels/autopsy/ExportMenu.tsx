// A spike as a file, made here from what the page shows, and its trace in Perfetto.
import type { RunInfo, StoredSpike, Trace } from '@rtprobe/protocol';
import {
  type Circumstances,
  captionOf,
  EXPORT_FORMATS,
  type ExportFormatName,
  exportFileName,
  exportFormats,
  fileNameOf,
  hostAt,
  pictureJson,
  type SpikeRecord,
} from '@rtprobe/trace';
import { type RefObject, useEffect, useState } from 'react';
import { readTheme } from '../../charts/canvas.ts';
import { type Compose, type Look, pngOf, svgOf } from '../../charts/sheet/sheet.ts';
import { spikeSheet } from '../../charts/sheet/spike-sheet.ts';
import { readSliceColours, type TimelineInput } from '../../charts/timeline.ts';
import { type PlainKey, t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { useSession } from '../../store/session/context.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { save } from '../common/save-file.ts';
import { useRemote } from '../common/use-remote.ts';
import { openInPerfetto, PERFETTO_URL, type PerfettoFailure } from './perfetto.ts';

interface Props {
  stored: StoredSpike;
  trace: Trace | undefined;
  reading: Reading;
  /** The timeline as it is on the page. */
  timeline: RefObject<TimelineInput | undefined>;
}

const FAILURES = {
  blocked: 'autopsy.perfettoBlocked',
  silent: 'autopsy.perfettoSilent',
  closed: 'autopsy.perfettoClosed',
} as const satisfies Record<PerfettoFailure, string>;

function lookOf(element: Element): Look {
  return { theme: readTheme(element), colours: readSliceColours(element) };
}

/** The spike with its machine as it was then, and what else is known of that time. */
function useRecord({ stored, trace, reading }: Props): { record: SpikeRecord; circumstances: Circumstances } {
  const session = useSession();
  const { spike, run } = stored;
  const now = session.hosts.get(spike.host)?.info;
  const isOld = run !== undefined && spike.time < (now?.runStartedAt ?? Number.POSITIVE_INFINITY);
  const known = useRemote<{ runs: RunInfo[] }>(isOld ? '/runs' : undefined, { host: spike.host }).value;
  const { host, isPresent } = hostAt(
    spike,
    now,
    known?.runs.find((r) => r.id === run),
  );
  const record = { spike, ...(host !== undefined && { host }), ...(trace !== undefined && { trace }) };
  if (!isPresent || reading.info.host !== spike.host) return { record, circumstances: {} };
  const samples = reading.series(spike.measure, spike.cpu)?.total.count;
  const sources = reading.sources().map((source) => source.info);
  return { record, circumstances: { stats: reading.stats, samples, sources } };
}

function useActions(props: Props) {
  const session = useSession();
  const [failure, setFailure] = useState<PerfettoFailure>();
  const [waits, setWaits] = useState(false);
  const { timeline, trace } = props;
  const { record, circumstances } = useRecord(props);
  const { spike, host } = record;
  const picture = (): { compose: Compose; metadata: string } => {
    const caption = captionOf(record, circumstances);
    const shown = trace === undefined ? undefined : timeline.current;
    return {
      compose: (style) => spikeSheet(style, { spike, shown, caption }),
      metadata: pictureJson({ caption, host, spike }),
    };
  };
  const name = (extension: string) => fileNameOf(spike.host, spike.id, extension);
  const look = () => lookOf(document.body);
  const failed = (error: unknown) =>
    session.error(t('sheet.failed', { reason: error instanceof Error ? error.message : String(error) }));
  return {
    failure,
    waits,
    write: (format: ExportFormatName) => {
      try {
        const { mediaType, write } = exportFormats[format];
        save(exportFileName(record, format), new Blob([write(record)], { type: mediaType }));
      } catch (error) {
        failed(error);
      }
    },
    png: () => {
      const { compose, metadata } = picture();
      pngOf(look(), compose, metadata).then((png) => save(name('png'), png), failed);
    },
    svg: () => {
      const { compose, metadata } = picture();
      save(name('svg'), svgOf(look(), compose, spike.sentence, metadata));
    },
    perfetto: async () => {
      if (trace === undefined || waits) return;
      setFailure(undefined);
      setWaits(true);
      const fileName = exportFileName(record, 'perfetto');
      const content = exportFormats.perfetto.write(record);
      const result = await openInPerfetto(window, { title: spike.sentence, fileName, content });
      setWaits(false);
      setFailure(result);
    },
  };
}

export function ExportMenu(props: Props) {
  const session = useSession();
  const actions = useActions(props);
  const { trace } = props;
  useEffect(() => {
    const { png, svg, perfetto } = actions;
    session.exporter = { png, svg, ...(trace !== undefined && { perfetto: () => void perfetto() }) };
    return () => {
      session.exporter = undefined;
    };
  });
  const url = PERFETTO_URL.replace('https://', '');
  const available = EXPORT_FORMATS.filter(
    (name) => trace !== undefined || !('needsTrace' in exportFormats[name]),
  );
  return (
    <fieldset className="export">
      <legend className="muted small">{t('autopsy.export')}</legend>
      <Format name="PNG" label="autopsy.picture" onClick={actions.png} />
      <Format name="SVG" label="autopsy.drawing" onClick={actions.svg} />
      {available.map((name) => (
        <button
          key={name}
          type="button"
          aria-label={t('autopsy.exportAs', { format: name })}
          onClick={() => actions.write(name)}
        >
          {name}
        </button>
      ))}
      {trace !== undefined && (
        <button
          type="button"
          {...tipOnControl(t('autopsy.perfettoWhere', { url }))}
          onClick={() => void actions.perfetto()}
        >
          {t('autopsy.perfetto')}
        </button>
      )}
      <span role="status" className="perfetto-told small">
        {actions.waits && t('autopsy.perfettoWaits', { url })}
        {actions.failure !== undefined && (
          <>
            <span className="alarm">{t(FAILURES[actions.failure], { url })}</span>{' '}
            <button type="button" onClick={() => actions.write('perfetto')}>
              {t('autopsy.perfettoFile')}
            </button>
          </>
        )}
      </span>
    </fieldset>
  );
}

function Format({ name, label, onClick }: { name: string; label: PlainKey; onClick(): void }) {
  return (
    <button type="button" {...tipOnControl(t(label))} onClick={onClick}>
      {name}
    </button>
  );
}
