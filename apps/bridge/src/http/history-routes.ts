// REST for what is stored on disk: columns, sums, runs, spikes by page, causes, annotations.
import {
  type Annotation,
  CAUSES_MAX,
  HISTORY_COLUMNS_MAX,
  type RunInfo,
  SPIKE_PAGE_MAX,
} from '@rtprobe/protocol';
import { nowMicros } from '../base/clock.ts';
import { definedOnly } from '../base/defined-only.ts';
import { BridgeError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import type { Host } from '../host/host.ts';
import { SPIKES_MAX } from '../state/spike-list.ts';
import { chosenHosts, oneHost } from './hosts.ts';
import type { Handlers, Input } from './mount.ts';
import { type Routes, RUNS_MAX } from './routes.ts';

export interface HistoryContext {
  readonly hosts: readonly Host[];
  readonly history: History | undefined;
}

const NO_HISTORY = 'this bridge has no history';
const START_WITH = 'start it with a live host and without --no-history';

/** Returns the store, for one of its hosts. */
export function kept(history: History | undefined, host: Host): History {
  if (!history) throw new BridgeError('E_HISTORY_OFF', NO_HISTORY, START_WITH, host.name);
  if (host.source.kind === 'replay') {
    const why = `"${host.name}" is a recording, which has no history`;
    throw new BridgeError('E_HISTORY_OFF', why, 'read it with POST /api/v1/replay', host.name);
  }
  return history;
}

export function store(history: History | undefined): History {
  if (!history) throw new BridgeError('E_HISTORY_OFF', NO_HISTORY, START_WITH);
  return history;
}

const END = Number.MAX_SAFE_INTEGER;

type Columns = 'getHistory' | 'getHistoryTotal' | 'getWhatIf';
type Spikes = 'getSpikes' | 'getIncidents' | 'getCauses';
type Runs = 'getRuns' | 'changeRun';
type Annotations = 'getAnnotations' | 'addAnnotation' | 'deleteAnnotation';

export function historyHandlers(
  context: HistoryContext,
): Pick<Handlers, Columns | Spikes | Runs | Annotations> {
  return {
    ...columnHandlers(context),
    ...spikeHandlers(context),
    ...runHandlers(context),
    ...annotationHandlers(context),
  };
}

function columnHandlers({ hosts, history }: HistoryContext): Pick<Handlers, Columns> {
  return {
    getHistory: async ({ query: { format, host: name, ...asked } }) => {
      checkColumns(asked);
      const host = oneHost(hosts, name);
      const read = { ask: 'columns', query: { ...definedOnly(asked), host: host.name }, format } as const;
      return await kept(history, host).read(read);
    },
    getHistoryTotal: async ({ query: { host: name, ...asked } }) => {
      if (asked.to <= asked.from)
        throw new BridgeError('E_QUERY', 'to: not after from', 'give a time after from', 'to');
      const host = oneHost(hosts, name);
      const query = { ...definedOnly(asked), host: host.name };
      return await kept(history, host).read({ ask: 'total', query });
    },
    getWhatIf: async ({ query: { host: name, measure, from, to, without = [] } }) => {
      if (to <= from) throw new BridgeError('E_QUERY', 'to: not after from', 'give a time after from', 'to');
      const host = oneHost(hosts, name);
      const range = { host: host.name, from, to };
      return await kept(history, host).read({ ask: 'what-if', range, measure, without });
    },
  };
}

function checkColumns({
  from,
  to,
  columns,
  width,
}: Omit<Input<Routes['getHistory']>['query'], 'format'>): void {
  if (to <= from) throw new BridgeError('E_QUERY', 'to: not after from', 'give a time after from', 'to');
  if ((columns === undefined) === (width === undefined)) {
    throw new BridgeError(
      'E_QUERY',
      'columns: both or none of columns and width',
      'give one of them',
      'columns',
    );
  }
  if (width !== undefined && (to - from) / width > HISTORY_COLUMNS_MAX) {
    throw new BridgeError(
      'E_QUERY',
      `width: more than ${HISTORY_COLUMNS_MAX} columns`,
      'ask for wider ones, or less time',
      'width',
    );
  }
}

function spikeHandlers({ hosts, history }: HistoryContext): Pick<Handlers, Spikes> {
  return {
    getSpikes: async ({ query: { host: name, limit, ...asked } }) => {
      // Without a time range: the list in memory, which users can clear.
      if (Object.values(asked).every((value) => value === undefined)) {
        const spikesOf = (h: Host) => ({
          host: h.name,
          spikes: h.state.spikes.all.slice(-(limit ?? SPIKES_MAX)),
        });
        return { hosts: chosenHosts(hosts, name).map(spikesOf) };
      }
      const host = oneHost(hosts, name);
      return await kept(history, host).read(spikeRead(host, pageLimit(limit), asked));
    },
    getIncidents: async ({ query: { host: name, limit, before, ...asked } }) => {
      if (before === undefined && Object.values(asked).every((value) => value === undefined)) {
        const incidentsOf = (h: Host) => ({
          host: h.name,
          incidents: h.state.incidents.all.slice(-(limit ?? SPIKES_MAX)),
        });
        return { hosts: chosenHosts(hosts, name).map(incidentsOf) };
      }
      const host = oneHost(hosts, name);
      const { from = 0, to = END, run, cause } = asked;
      const at = before?.indexOf('-') ?? 0;
      const query = {
        ...{ from, to, limit: pageLimit(limit) },
        ...(before !== undefined && {
          before: { time: Number(before.slice(0, at)), id: before.slice(at + 1) },
        }),
        ...definedOnly({ run, cause }),
      };
      return await kept(history, host).read({ ask: 'incidents', host: host.name, query });
    },
    getCauses: async ({ query: { host: name, from = 0, to = END, limit = CAUSES_MAX, run } }) => {
      const host = oneHost(hosts, name);
      const query = { from, to, limit, ...definedOnly({ run }) };
      return await kept(history, host).read({ ask: 'causes', host: host.name, query });
    },
  };
}

function pageLimit(limit = SPIKE_PAGE_MAX): number {
  if (limit <= SPIKE_PAGE_MAX) return limit;
  throw new BridgeError(
    'E_QUERY',
    `limit: a page of stored spikes or incidents has at most ${SPIKE_PAGE_MAX} entries`,
    'read the next page with before',
    'limit',
  );
}

function spikeRead(
  host: Host,
  limit: number,
  asked: Omit<Input<Routes['getSpikes']>['query'], 'host' | 'limit'>,
) {
  const { from = 0, to = END, before, run, cause } = asked;
  const [beforeTime, beforeSeq] = (before ?? '').split('-').map(Number);
  return {
    ask: 'spikes',
    host: host.name,
    query: {
      ...{ from, to, limit },
      ...(before !== undefined && { before: { time: beforeTime!, seq: beforeSeq! } }),
      ...definedOnly({ run, cause }),
    },
  } as const;
}

/** Returns the number of the host's run that still receives data, if this is it. */
function isLive(run: RunInfo, hosts: readonly Host[]): boolean {
  const host = hosts.find((h) => h.name === run.host);
  if (host?.info.state !== 'live') return false;
  return host.state.info?.instance?.toString(16) === run.instance && host.state.kernelEpoch === run.epoch;
}

function runHandlers({ hosts, history }: HistoryContext): Pick<Handlers, Runs> {
  return {
    getRuns: async ({ query: { host, limit = RUNS_MAX } }) => {
      const runs = await store(history).read({ ask: 'runs', limit, ...definedOnly({ host }) });
      // An offline host may also have runs.
      if (host !== undefined && runs.length === 0) oneHost(hosts, host);
      return { runs: runs.map((run) => ({ ...run, live: isLive(run, hosts) })) };
    },
    changeRun: async ({ params: { id: run }, body: { name, baseline } }) => {
      const change = definedOnly({ name, baseline });
      const found = await store(history).write({ ask: 'change-run', run, change });
      if (!found) {
        const todo = 'GET /api/v1/runs lists the stored runs';
        throw new BridgeError('E_UNKNOWN_RUN', `no run ${run} is stored`, todo, String(run));
      }
      return { run, changed: Object.keys(change) };
    },
  };
}

function annotationHandlers({ hosts, history }: HistoryContext): Pick<Handlers, Annotations> {
  return {
    getAnnotations: async ({ query: { host: name, from = 0, to = END } }) => {
      const host = oneHost(hosts, name);
      const annotations = await kept(history, host).read({ ask: 'annotations', host: host.name, from, to });
      return { host: host.name, annotations };
    },
    addAnnotation: async ({ body: { host: name, time: at, text, author } }) => {
      const host = oneHost(hosts, name);
      const now = nowMicros();
      // The present on the host, whose clock may differ.
      const time = at ?? (host.info.state === 'live' ? host.state.lastDataAt : undefined) ?? now;
      const annotation: Omit<Annotation, 'id'> = { host: host.name, time, text, author, createdAt: now };
      const number = await kept(history, host).write({ ask: 'annotate', annotation });
      return { annotation: { id: number, ...annotation } };
    },
    deleteAnnotation: async ({ params: { id } }) => {
      const found = await store(history).write({ ask: 'forget-annotation', id });
      if (!found) {
        const todo = 'GET /api/v1/annotations lists the stored annotations';
        throw new BridgeError('E_UNKNOWN_ANNOTATION', `no annotation ${id} is stored`, todo, String(id));
      }
      return { annotation: id };
    },
  };
}
