// Exports a spike as a file, created in the browser, and opens its trace in Perfetto.
import type { RunInfo, StoredIncident, StoredSpike, Trace } from '@rtprobe/protocol';
import {
  type Circumstances,
  captionOf,
  EXPORT_FORMATS,
  type ExportFormatName,
  exportFileName,
  exportFormats,
  fileNameOf,
  hostAt,
  type SpikeRecord,
} from '@rtprobe/trace';
import { type RefObject, useState } from 'react';
import { spikeSheet } from '../../charts/sheet/spike-sheet.ts';
import type { TimelineInput } from '../../charts/timeline/paint.ts';
import { sentenceOf } from '../../i18n/sentences.ts';
import { type PlainKey, t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { useSession } from '../../store/session/context.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { useExport, usePictureExport } from '../common/export-picture.ts';
import type { Picture } from '../common/picture-file.ts';
import { save } from '../common/save-file.ts';
import { useRemote } from '../common/use-remote.ts';
import { useSpikeQuery } from '../common/use-spike-query.ts';
import { openInPerfetto, PERFETTO_URL, type PerfettoFailure } from './perfetto.ts';

interface Props {
  stored: StoredSpike;
  trace: Trace | undefined;
  reading: Reading;
  /** The timeline as the page shows it. */
  timeline: RefObject<TimelineInput | undefined>;
}

const FAILURES = {
  blocked: 'report.perfettoBlocked',
  silent: 'report.perfettoSilent',
  closed: 'report.perfettoClosed',
} as const satisfies Record<PerfettoFailure, string>;

/** Returns the spike, its host at that time, and the circumstances of the spike. */
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
  const incident = useRemote<StoredIncident>(`/incidents/${spike.id}`, useSpikeQuery()).value?.incident;
  const record = {
    spike,
    ...(incident !== undefined && { incident }),
    ...(host !== undefined && { host }),
    ...(trace !== undefined && { trace }),
  };
  if (!isPresent || reading.info.host !== spike.host) return { record, circumstances: {} };
  const samples = reading.series(spike.measure, spike.cpu)?.total.count;
  const sources = reading.sources().map((source) => source.info);
  return { record, circumstances: { stats: reading.stats, samples, sources } };
}

function useActions(props: Props) {
  const [failure, setFailure] = useState<PerfettoFailure>();
  const [isWaiting, setIsWaiting] = useState(false);
  const { timeline, trace } = props;
  const { record, circumstances } = useRecord(props);
  const { spike, host } = record;
  const run = useExport();
  const perfetto = async () => {
    if (trace === undefined || isWaiting) return;
    setFailure(undefined);
    setIsWaiting(true);
    const fileName = exportFileName(record, 'perfetto');
    const content = exportFormats.perfetto.write(record);
    const result = await openInPerfetto(window, { title: sentenceOf(spike).text, fileName, content });
    setIsWaiting(false);
    setFailure(result);
  };
  const picture = async (): Promise<Picture> => {
    const caption = captionOf(record, circumstances);
    const shown = trace === undefined ? undefined : timeline.current;
    return {
      compose: (style) => spikeSheet(style, { spike, shown, caption }),
      content: { caption, host, spike },
      title: sentenceOf(spike).text,
      fileName: (extension) => fileNameOf(spike.host, spike.id, extension),
    };
  };
  return {
    ...{ failure, isWaiting, perfetto },
    ...usePictureExport(picture, trace === undefined ? {} : { perfetto: () => void perfetto() }),
    write: (format: ExportFormatName) =>
      run(() => {
        const { mediaType, write } = exportFormats[format];
        save(exportFileName(record, format), new Blob([write(record)], { type: mediaType }));
      }),
  };
}

export function ExportMenu(props: Props) {
  const actions = useActions(props);
  const { trace } = props;
  const url = PERFETTO_URL.replace('https://', '');
  const available = EXPORT_FORMATS.filter(
    (name) => trace !== undefined || !('needsTrace' in exportFormats[name]),
  );
  return (
    <fieldset className="export">
      <legend className="muted small">{t('report.export')}</legend>
      <Format name="PNG" label="report.picture" onClick={actions.png} />
      <Format name="SVG" label="report.drawing" onClick={actions.svg} />
      {available.map((name) => (
        <button
          key={name}
          type="button"
          aria-label={t('report.exportAs', { format: name })}
          onClick={() => actions.write(name)}
        >
          {name}
        </button>
      ))}
      {trace !== undefined && (
        <button
          type="button"
          {...tipOnControl(t('report.perfettoWhere', { url }))}
          onClick={() => void actions.perfetto()}
        >
          {t('report.perfetto')}
        </button>
      )}
      <span role="status" className="perfetto-told small">
        {actions.isWaiting && t('report.perfettoWaits', { url })}
        {actions.failure !== undefined && (
          <>
            <span className="alarm">{t(FAILURES[actions.failure], { url })}</span>{' '}
            <button type="button" onClick={() => actions.write('perfetto')}>
              {t('report.perfettoFile')}
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
