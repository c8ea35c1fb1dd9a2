// Answers every read request of the store.
import { type BucketValues, type HistoryColumn, type HistoryJson, writeHistory } from '@rtprobe/protocol';
import { listAcknowledgements } from '../store/acknowledgements.ts';
import { listAnnotations } from '../store/annotations.ts';
import { listCauses } from '../store/causes.ts';
import type { Database } from '../store/database.ts';
import { findExpectations } from '../store/expectations.ts';
import { findIncident, pageOfIncidents } from '../store/incidents.ts';
import { listRuns } from '../store/runs.ts';
import { findHost, listHosts } from '../store/series.ts';
import { findSpike, pageOfSpikes, traceOf } from '../store/spikes.ts';
import { findTestRun, listTestRuns } from '../store/test-runs.ts';
import type { Read, ReadAnswers, ReadRequest } from '../threads/messages.ts';
import { compareRanges } from './compare.ts';
import { finestWidth, Reader, spanOf } from './host-reader.ts';
import { answerWhatIf } from './what-if.ts';

/** Answers from one snapshot. A host without stored data is answered like one without values. */
export function answerRead<K extends ReadRequest['ask']>(db: Database, request: Read<K>): ReadAnswers[K] {
  // The table below is typed by request; TypeScript cannot follow the index.
  const answer = answers[request.ask] as (db: Database, request: Read<K>) => ReadAnswers[K];
  return db.snapshot(() => answer(db, request));
}

const answers: { [K in ReadRequest['ask']]: (db: Database, request: Read<K>) => ReadAnswers[K] } = {
  columns,
  total,
  compare: compareRanges,
  'what-if': answerWhatIf,
  hosts: (db) => listHosts(db),
  runs: (db, { host, limit }) => listRuns(db, host, limit),
  spikes: (db, { host, query }) => {
    const id = findHost(db, host);
    if (id === undefined) return { host, spikes: [] };
    const page = pageOfSpikes(db, id, query);
    // The host may have had another name when the spikes were stored.
    return { host, ...page, spikes: page.spikes.map((spike) => ({ ...spike, host })) };
  },
  incidents: (db, { host, query }) => {
    const id = findHost(db, host);
    if (id === undefined) return { host, incidents: [] };
    const page = pageOfIncidents(db, id, query);
    return { host, ...page, incidents: page.incidents.map((incident) => ({ ...incident, host })) };
  },
  incident: (db, { id }) => findIncident(db, id),
  spike: (db, { id }) => findSpike(db, id),
  trace: (db, { spike }) => traceOf(db, spike),
  causes: (db, { host, query }) => {
    const id = findHost(db, host);
    return { host, ...(id === undefined ? { causes: [], more: 0 } : listCauses(db, id, query)) };
  },
  expectations: (db, { host }) => findExpectations(db, host),
  'test-runs': (db, { host, limit }) => listTestRuns(db, host, limit),
  'test-run': (db, { id }) => findTestRun(db, id),
  acknowledgements: (db, { host, limit }) => listAcknowledgements(db, host, limit),
  annotations: (db, { host, from, to }) => listAnnotations(db, host, from, to),
};

const pairs = ({ buckets, bucketIndex, bucketCount }: BucketValues): [number, number][] =>
  Array.from({ length: buckets }, (_, i) => [bucketIndex[i]!, bucketCount[i]!]);

const jsonColumn = (column: HistoryColumn, widthUs: number): HistoryJson['columns'][number] => ({
  ...{ time: column.column * widthUs, spanUs: column.spanUs, count: column.count, sum: column.sum },
  ...{ min: column.min, max: column.max, none: column.none, buckets: pairs(column) },
});

function columns(db: Database, { query, format }: Read<'columns'>): HistoryJson | Uint8Array {
  const { host: name, from, to, columns: most, width, ...selection } = query;
  const host = findHost(db, name);
  const reader = host === undefined ? undefined : new Reader(db, host);
  const widthUs = width ?? (reader ? reader.chooseWidth(from, to, most!) : finestWidth(from, to, most!));
  const header = { ...spanOf(widthUs, from, to), ...(reader?.extent(widthUs) ?? NOTHING) };
  const gaps = reader?.gaps(from, to) ?? [];
  const found = reader?.columns(selection, header) ?? [];
  if (format === 'binary') return writeHistory(header, found, gaps);
  return { host: name, ...header, columns: Array.from(found, (column) => jsonColumn(column, widthUs)), gaps };
}

const NOTHING = { oldest: 0, newest: 0, completeFrom: 0 };

function total(db: Database, { query }: Read<'total'>): ReadAnswers['total'] {
  const { host: name, from, to, ...selection } = query;
  const host = findHost(db, name);
  if (host === undefined) return { host: name, from, to, spanUs: 0, ...noValues, buckets: [] };
  const values = new Reader(db, host).total(selection, from, to);
  const { count, sum, min, max, none, spanUs } = values;
  return { host: name, from, to, spanUs, count, sum, min, max, none, buckets: pairs(values) };
}

const noValues = { count: 0, sum: 0, min: 0, max: 0, none: 0 };
