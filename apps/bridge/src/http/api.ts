// REST under /api/v1: the state for scripts, and control for operators. Callers have a session by then.
import {
  Clear,
  Command,
  type Config,
  INTERVAL_MAX_NS,
  INTERVAL_MIN_NS,
  PERIOD_MAX_NS,
  PERIOD_MIN_NS,
  THRESHOLD_MAX_NS,
} from '@rtprobe/abi';
import { CAPTURES, MEASURES, measureSchema } from '@rtprobe/protocol';
import express, { type Request, type Router } from 'express';
import { z } from 'zod';
import { definedOnly } from '../base/defined-only.ts';
import { BridgeError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import type { Host } from '../host/host.ts';
import type { Hub, HubIdentity } from '../live/hub.ts';
import { CLIENTS_MAX } from '../live/upgrade.ts';
import { captureBits, measureBits } from '../translate/measure.ts';
import { describeSources } from './describe-sources.ts';
import { addDetailRoutes } from './detail-routes.ts';
import { addHistoryControl, addHistoryRoutes } from './history-routes.ts';
import { chosenHosts, hostName, hostQuery, oneHost } from './hosts.ts';
import { onlyMethod, readStrict } from './reply.ts';
import { addRuleRoutes } from './rule-routes.ts';

const BODY_MAX = 4096;
const nothing = z.strictObject({});
const nanoseconds = (min: number, max: number) => z.number().int().min(min).max(max).optional();
const configBody = z.strictObject({
  host: hostName.optional(),
  measures: z.array(measureSchema).max(MEASURES.length).optional(),
  periodNs: nanoseconds(PERIOD_MIN_NS, PERIOD_MAX_NS),
  thresholdNs: nanoseconds(0, THRESHOLD_MAX_NS),
  intervalNs: nanoseconds(INTERVAL_MIN_NS, INTERVAL_MAX_NS),
  threadPriority: z.number().int().min(1).max(99).optional(),
  capture: z.array(z.enum(CAPTURES)).optional(),
  recorder: z.boolean().optional(),
});
const replayBody = z.strictObject({
  host: hostName.optional(),
  positionUs: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  speed: z.number().min(0.01).max(1000).optional(),
  paused: z.boolean().optional(),
});

export interface ApiContext {
  hosts: readonly Host[];
  hub: Hub;
  identity: HubIdentity;
  /** Missing when nothing is kept on disk. */
  history: History | undefined;
}

export function createApi(context: ApiContext): Router {
  const router = express.Router({ caseSensitive: true });
  addReading(router, context);
  addDetailRoutes(router, context.hosts, context.history);
  addHistoryRoutes(router, context);
  addControl(router, context);
  addRuleRoutes(router, context.hosts);
  addHistoryControl(router, context);
  return router;
}

function addReading(router: Router, { hosts, hub, identity }: ApiContext): void {
  const query = <T>(schema: z.ZodType<T>, request: Request): T =>
    readStrict(schema, request.query, 'E_QUERY');
  const chosen = (name: string | undefined) => chosenHosts(hosts, name);

  router
    .route('/status')
    .get((request, response) => {
      query(nothing, request);
      response.json({
        ...identity,
        clients: { connected: hub.clients.size, limit: CLIENTS_MAX, skippedFrames: hub.skippedFrames },
        hosts: hosts.map((host) => ({ ...host.info, source: host.source.title, stats: host.stats })),
      });
    })
    .all(onlyMethod('GET'));
  router
    .route('/sources')
    .get((request, response) => {
      response.json({ hosts: chosen(query(hostQuery, request).host).map(describeSources) });
    })
    .all(onlyMethod('GET'));
}

function addControl(router: Router, { hosts }: ApiContext): void {
  router.use(express.json({ limit: BODY_MAX, strict: true, type: () => true }));

  router
    .route('/config')
    .post(async (request, response) => {
      readStrict(nothing, request.query, 'E_QUERY');
      const { host: name, ...change } = readStrict(configBody, request.body, 'E_FIELD');
      const host = oneHost(hosts, name);
      await host.change(Command.setConfig, toKernelConfig(change));
      response.json({ host: host.name, changed: Object.keys(change) });
    })
    .all(onlyMethod('POST'));
  for (const [path, what] of [
    ['/spikes/clear', Clear.spikes],
    ['/histograms/clear', Clear.histograms],
  ] as const) {
    router
      .route(path)
      .post(async (request, response) => {
        readStrict(nothing, request.query, 'E_QUERY');
        const host = oneHost(hosts, readStrict(hostQuery, request.body, 'E_FIELD').host);
        await host.change(Command.clear, { what });
        response.json({ host: host.name });
      })
      .all(onlyMethod('POST'));
  }
  router
    .route('/replay')
    .post(async (request, response) => {
      readStrict(nothing, request.query, 'E_QUERY');
      const { host: name, ...change } = readStrict(replayBody, request.body, 'E_FIELD');
      const host = oneHost(hosts, name);
      if (host.source.kind !== 'replay') {
        throw new BridgeError('E_NOT_REPLAY', `"${host.name}" is live`, host.name);
      }
      await host.source.control(definedOnly(change));
      response.json({ host: host.name, replay: host.source.position });
    })
    .all(onlyMethod('POST'));
}

function toKernelConfig(change: Omit<z.infer<typeof configBody>, 'host'>): Config {
  const { measures, periodNs, thresholdNs, intervalNs, threadPriority, capture, recorder } = change;
  if (Object.values(change).every((value) => value === undefined)) {
    const words = Object.keys(configBody.shape).filter((word) => word !== 'host');
    throw new BridgeError('E_FIELD', `name at least one of ${words.join(', ')}`);
  }
  return {
    ...(measures && { measures: measureBits(measures) }),
    ...(periodNs !== undefined && { periodNs: BigInt(periodNs) }),
    ...(thresholdNs !== undefined && { thresholdNs: BigInt(thresholdNs) }),
    ...(intervalNs !== undefined && { intervalNs: BigInt(intervalNs) }),
    ...(threadPriority !== undefined && { threadPriority }),
    ...(capture && { capture: captureBits(capture) }),
    ...(recorder !== undefined && { recorder: recorder ? 1 : 0 }),
  };
}
