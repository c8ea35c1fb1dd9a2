// What is kept on disk, over REST: columns, sums, runs, spikes by page, causes, annotations.
import {
  ANNOTATION_AUTHOR_MAX,
  ANNOTATION_TEXT_MAX,
  type Annotation,
  CAUSES_MAX,
  HISTORY_COLUMNS_MAX,
  HISTORY_WIDTHS_US,
  measureSchema,
  RUN_NAME_MAX,
  type RunInfo,
  SPIKE_PAGE_MAX,
} from '@rtprobe/protocol';
import type { Request, Router } from 'express';
import { z } from 'zod';
import { nowMicros } from '../base/clock.ts';
import { definedOnly } from '../base/defined-only.ts';
import { BridgeError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import type { Host } from '../host/host.ts';
import { SPIKES_MAX } from '../state/spike-list.ts';
import { chosenHosts, hostName, oneHost } from './hosts.ts';
import { onlyMethod, readStrict } from './reply.ts';

export interface HistoryContext {
  readonly hosts: readonly Host[];
  readonly history: History | undefined;
}

const RUNS_MAX = 1000;
const nothing = z.strictObject({});

/** A whole number in decimal, as a query carries it. */
const number = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d{1,16}$/, `a number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `a number from ${min} to ${max}`);
const time = number(0, Number.MAX_SAFE_INTEGER);
const id = number(1, Number.MAX_SAFE_INTEGER);
const stretch = { host: hostName.optional(), from: time.optional(), to: time.optional() };
const selection = {
  host: hostName.optional(),
  measure: measureSchema,
  number: number(0, 2 ** 32 - 1).optional(),
  name: z.string().max(256).optional(),
  cpu: number(0, 65_535).optional(),
  from: time,
  to: time,
};
const historyQuery = z.strictObject({
  ...selection,
  columns: number(1, HISTORY_COLUMNS_MAX).optional(),
  width: z.enum(HISTORY_WIDTHS_US.map(String)).transform(Number).optional(),
  format: z.enum(['json', 'binary']).default('json'),
});
const totalQuery = z.strictObject(selection);
const runsQuery = z.strictObject({ host: hostName.optional(), limit: number(1, RUNS_MAX).optional() });
const spikesQuery = z.strictObject({
  ...stretch,
  limit: number(1, SPIKES_MAX).optional(),
  before: z
    .string()
    .regex(/^\d{1,16}-\d{1,16}$/, 'the word "next" of the page before')
    .optional(),
  run: id.optional(),
  cause: z.string().max(1024).optional(),
});
const causesQuery = z.strictObject({
  ...stretch,
  run: id.optional(),
  limit: number(1, CAUSES_MAX).optional(),
});
const stretchQuery = z.strictObject(stretch);
const runBody = z
  .strictObject({ name: z.string().max(RUN_NAME_MAX).optional(), baseline: z.boolean().optional() })
  .refine(({ name, baseline }) => name !== undefined || baseline !== undefined, 'name or baseline');
const annotationBody = z.strictObject({
  host: hostName.optional(),
  time: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  text: z.string().min(1).max(ANNOTATION_TEXT_MAX),
  author: z.string().max(ANNOTATION_AUTHOR_MAX).default(''),
});

const query = <T>(schema: z.ZodType<T>, request: Request): T => readStrict(schema, request.query, 'E_QUERY');

/** The store, for one host of it. */
function kept(history: History | undefined, host: Host): History {
  if (!history) throw new BridgeError('E_HISTORY_OFF', 'this bridge keeps no history', host.name);
  if (host.source.kind === 'replay') {
    throw new BridgeError('E_HISTORY_OFF', `"${host.name}" is a recording`, host.name);
  }
  return history;
}

function store(history: History | undefined): History {
  if (!history) throw new BridgeError('E_HISTORY_OFF', 'this bridge keeps no history');
  return history;
}

const END = Number.MAX_SAFE_INTEGER;

export function addHistoryRoutes(router: Router, context: HistoryContext): void {
  addColumnRoutes(router, context);
  addSpikeRoutes(router, context);
  addRunRoutes(router, context);
}

function addColumnRoutes(router: Router, { hosts, history }: HistoryContext): void {
  router
    .route('/history')
    .get(async (request, response) => {
      const { format, host: name, ...asked } = query(historyQuery, request);
      checkColumns(asked);
      const host = oneHost(hosts, name);
      const read = { ask: 'columns', query: { ...definedOnly(asked), host: host.name }, format } as const;
      const answer = await kept(history, host).read(read);
      if (answer instanceof Uint8Array) response.type('application/octet-stream').send(Buffer.from(answer));
      else response.json(answer);
    })
    .all(onlyMethod('GET'));
  router
    .route('/history/total')
    .get(async (request, response) => {
      const { host: name, ...asked } = query(totalQuery, request);
      if (asked.to <= asked.from) throw new BridgeError('E_QUERY', 'to: a time after from', 'to');
      const host = oneHost(hosts, name);
      response.json(
        await kept(history, host).read({ ask: 'total', query: { ...definedOnly(asked), host: host.name } }),
      );
    })
    .all(onlyMethod('GET'));
}

function checkColumns({ from, to, columns, width }: Omit<z.output<typeof historyQuery>, 'format'>): void {
  if (to <= from) throw new BridgeError('E_QUERY', 'to: a time after from', 'to');
  if ((columns === undefined) === (width === undefined)) {
    throw new BridgeError('E_QUERY', 'columns: give either columns or width', 'columns');
  }
  if (width !== undefined && (to - from) / width > HISTORY_COLUMNS_MAX) {
    throw new BridgeError('E_QUERY', `width: more than ${HISTORY_COLUMNS_MAX} columns`, 'width');
  }
}

function addSpikeRoutes(router: Router, { hosts, history }: HistoryContext): void {
  router
    .route('/spikes')
    .get(async (request, response) => {
      const { host: name, limit, ...asked } = query(spikesQuery, request);
      // Without a stretch: the list the browsers have, which people empty.
      if (Object.values(asked).every((value) => value === undefined)) {
        const spikesOf = (h: Host) => ({
          host: h.name,
          spikes: h.state.spikes.all.slice(-(limit ?? SPIKES_MAX)),
        });
        response.json({ hosts: chosenHosts(hosts, name).map(spikesOf) });
        return;
      }
      if (limit !== undefined && limit > SPIKE_PAGE_MAX) {
        throw new BridgeError('E_QUERY', `limit: at most ${SPIKE_PAGE_MAX} stored spikes a page`, 'limit');
      }
      const host = oneHost(hosts, name);
      response.json(await kept(history, host).read(spikeRead(host, limit ?? SPIKE_PAGE_MAX, asked)));
    })
    .all(onlyMethod('GET'));
  router
    .route('/causes')
    .get(async (request, response) => {
      const { host: name, from = 0, to = END, limit = CAUSES_MAX, run } = query(causesQuery, request);
      const host = oneHost(hosts, name);
      const asked = { from, to, limit, ...definedOnly({ run }) };
      response.json(await kept(history, host).read({ ask: 'causes', host: host.name, query: asked }));
    })
    .all(onlyMethod('GET'));
}

function spikeRead(host: Host, limit: number, asked: Omit<z.output<typeof spikesQuery>, 'host' | 'limit'>) {
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

/** The run whose data still come, if this is it. */
function isLive(run: RunInfo, hosts: readonly Host[]): boolean {
  const host = hosts.find((h) => h.name === run.host);
  if (host?.info.state !== 'live') return false;
  return host.state.info?.instance?.toString(16) === run.instance && host.state.kernelEpoch === run.epoch;
}

function addRunRoutes(router: Router, { hosts, history }: HistoryContext): void {
  router
    .route('/runs')
    .get(async (request, response) => {
      const { host, limit = RUNS_MAX } = query(runsQuery, request);
      const runs = await store(history).read({ ask: 'runs', limit, ...definedOnly({ host }) });
      // A host that is away has runs all the same.
      if (host !== undefined && runs.length === 0) oneHost(hosts, host);
      response.json({ runs: runs.map((run) => ({ ...run, live: isLive(run, hosts) })) });
    })
    .all(onlyMethod('GET'));
  router.route('/annotations').get(async (request, response) => {
    const { host: name, from = 0, to = END } = query(stretchQuery, request);
    const host = oneHost(hosts, name);
    const annotations = await kept(history, host).read({ ask: 'annotations', host: host.name, from, to });
    response.json({ host: host.name, annotations });
  });
}

/** Changes: callers were checked to be operators. */
export function addHistoryControl(router: Router, { hosts, history }: HistoryContext): void {
  router
    .route('/runs/:id')
    .post(async (request, response) => {
      query(nothing, request);
      const run = readStrict(z.strictObject({ id }), request.params, 'E_QUERY').id;
      const { name, baseline } = readStrict(runBody, request.body, 'E_FIELD');
      const change = definedOnly({ name, baseline });
      const found = await store(history).write({ ask: 'change-run', run, change });
      if (!found) throw new BridgeError('E_UNKNOWN_RUN', `no run ${run}`, String(run));
      response.json({ run, changed: Object.keys(change) });
    })
    .all(onlyMethod('POST'));
  router
    .route('/annotations')
    .post(async (request, response) => {
      query(nothing, request);
      const { host: name, time: at, text, author } = readStrict(annotationBody, request.body, 'E_FIELD');
      const host = oneHost(hosts, name);
      const now = nowMicros();
      // Now on the host, whose clock may be another.
      const time = at ?? (host.info.state === 'live' ? host.state.lastDataAt : undefined) ?? now;
      const annotation: Omit<Annotation, 'id'> = { host: host.name, time, text, author, createdAt: now };
      const number = await kept(history, host).write({ ask: 'annotate', annotation });
      response.json({ annotation: { id: number, ...annotation } });
    })
    .all(onlyMethod('GET, POST'));
  router
    .route('/annotations/:id')
    .delete(async (request, response) => {
      query(nothing, request);
      const annotation = readStrict(z.strictObject({ id }), request.params, 'E_QUERY').id;
      const found = await store(history).write({ ask: 'forget-annotation', id: annotation });
      if (!found)
        throw new BridgeError('E_UNKNOWN_ANNOTATION', `no annotation ${annotation}`, String(annotation));
      response.json({ annotation });
    })
    .all(onlyMethod('DELETE'));
}
