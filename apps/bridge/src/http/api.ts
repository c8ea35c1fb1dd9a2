// REST under /api/v1: state for scripts, and control for operators. At this point callers have a session, and changes
// were checked to be from an operator. The routes are in routes.ts.
import { Clear, Command, type Config } from '@rtprobe/abi';
import { RESULT_TEXT_MAX } from '@rtprobe/protocol';
import express, { type Router } from 'express';
import type { Acknowledgements } from '../acknowledgements/acknowledgements.ts';
import type { Alerts } from '../alerts/alerts.ts';
import { BridgeError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import type { Host } from '../host/host.ts';
import type { IsolationWatch } from '../isolation/watch.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { Hub, HubIdentity } from '../live/hub.ts';
import { CLIENTS_MAX } from '../live/upgrade.ts';
import type { Replays } from '../replays/replays.ts';
import { fromThresholds } from '../translate/config.ts';
import { captureBits, measureBits } from '../translate/measure.ts';
import { acknowledgementHandlers } from './acknowledgement-routes.ts';
import { alertHandlers } from './alert-routes.ts';
import { describeSources } from './describe-sources.ts';
import { detailHandlers } from './detail-routes.ts';
import { doctorHandlers } from './doctor-routes.ts';
import { historyHandlers } from './history-routes.ts';
import { chosenHosts, oneHost } from './hosts.ts';
import { isolationHandlers } from './isolation-routes.ts';
import {
  expressPath,
  type Handlers,
  type Input,
  mountRoutes,
  readByteBodies,
  refuseOtherMethods,
} from './mount.ts';
import { openApiDocument } from './openapi.ts';
import { replayHandlers } from './replay-routes.ts';
import { type Route, type Routes, routes } from './routes.ts';
import { ruleHandlers } from './rule-routes.ts';
import { suggestThresholds } from './suggest-thresholds.ts';
import { testRunHandlers } from './test-run-routes.ts';

const BODY_MAX = 4096;
/** A character can take six bytes in JSON, and a body can have two texts: output and file. */
const LONG_BODY_MAX = 12 * RESULT_TEXT_MAX;

export interface ApiContext {
  /** Path under which a proxy publishes the bridge; empty for the root. */
  base: string;
  hosts: readonly Host[];
  hub: Hub;
  identity: HubIdentity;
  /** Undefined if nothing is stored on disk. */
  history: History | undefined;
  knowledge: Knowledge;
  isolation: IsolationWatch;
  acknowledgements: Acknowledgements;
  /** Undefined if nothing is reported. */
  alerts: Alerts | undefined;
  /** Undefined if the bridge has no folder for recordings. */
  replays: Replays | undefined;
}

export function createApi(context: ApiContext): Router {
  const { hosts, history, knowledge } = context;
  const router = express.Router({ caseSensitive: true });
  const handlers: Handlers = {
    ...stateHandlers(context),
    ...detailHandlers(hosts, history, knowledge),
    ...doctorHandlers(hosts, knowledge),
    ...historyHandlers({ hosts, history }),
    ...controlHandlers(hosts),
    ...ruleHandlers(hosts),
    ...isolationHandlers(hosts, context.isolation),
    ...testRunHandlers(hosts, history),
    ...replayHandlers(hosts, context.replays),
    ...alertHandlers(context.alerts),
    ...acknowledgementHandlers(hosts, context.acknowledgements),
  };
  mountRoutes(router, 'read', handlers);
  refuseOtherMethods(router, 'read');
  for (const { path, longBody } of Object.values<Route>(routes)) {
    const body = express.json({ limit: LONG_BODY_MAX, strict: true, type: () => true });
    if (longBody) router.post(expressPath(path), body);
  }
  readByteBodies(router);
  router.use(express.json({ limit: BODY_MAX, strict: true, type: () => true }));
  mountRoutes(router, 'control', handlers);
  refuseOtherMethods(router, 'control');
  return router;
}

type StateRoute = 'getOpenApi' | 'getStatus' | 'getSources' | 'getSuggestedThresholds' | 'getKnowledge';

function stateHandlers(context: ApiContext): Pick<Handlers, StateRoute> {
  const { hosts, hub, identity, knowledge } = context;
  const openApi = openApiDocument(identity.version, context.base);
  return {
    getOpenApi: () => openApi,
    getStatus: () => ({
      ...identity,
      clients: { connected: hub.clients.size, limit: CLIENTS_MAX, skippedFrames: hub.skippedFrames },
      hosts: hosts.map((host) => ({ ...host.info, source: host.source.title, stats: host.stats })),
    }),
    getSources: ({ query }) => ({ hosts: chosenHosts(hosts, query.host).map(describeSources) }),
    getKnowledge: () => knowledge.list(),
    getSuggestedThresholds: ({ query }) => suggestThresholds(oneHost(hosts, query.host)),
  };
}

type Control = 'setConfig' | 'clearSpikes' | 'clearHistograms';

function controlHandlers(hosts: readonly Host[]): Pick<Handlers, Control> {
  const clear =
    (what: number) =>
    async ({ body }: Input<Routes['clearSpikes']>) => {
      const host = oneHost(hosts, body.host);
      await host.change(Command.clear, { what });
      return { host: host.name };
    };
  return {
    clearSpikes: clear(Clear.spikes),
    clearHistograms: clear(Clear.histograms),
    setConfig: async ({ body: { host: name, ...change } }) => {
      const host = oneHost(hosts, name);
      if (change.thresholds && host.state.config && !host.state.config.thresholds) {
        throw new BridgeError(
          'E_UNSUPPORTED',
          'the module has one threshold for all measures',
          'set thresholdNs',
          'thresholds',
        );
      }
      await host.change(Command.setConfig, toKernelConfig(change));
      // So that what is read or begun after the answer has the new settings. If it cannot be read, they are changed.
      await host.query(Command.getConfig, {}).catch(() => undefined);
      return { host: host.name, changed: Object.keys(change) };
    },
  };
}

function toKernelConfig(change: Omit<Input<Routes['setConfig']>['body'], 'host'>): Config {
  const {
    measures,
    periodNs,
    thresholdNs,
    thresholds,
    intervalNs,
    threadPriority,
    capture,
    recorder,
    cpus,
    selfLimit,
  } = change;
  if (Object.values(change).every((value) => value === undefined)) {
    const words = Object.keys(routes.setConfig.body.shape).filter((word) => word !== 'host');
    throw new BridgeError('E_FIELD', 'the change is empty', `name at least one of ${words.join(', ')}`);
  }
  return {
    ...(measures && { measures: measureBits(measures) }),
    ...(periodNs !== undefined && { periodNs: BigInt(periodNs) }),
    ...(thresholdNs !== undefined && { thresholdNs: BigInt(thresholdNs) }),
    ...(thresholds && { threshold: fromThresholds(thresholds) }),
    ...(intervalNs !== undefined && { intervalNs: BigInt(intervalNs) }),
    ...(threadPriority !== undefined && { threadPriority }),
    ...(capture && { capture: captureBits(capture) }),
    ...(recorder !== undefined && { recorder: recorder ? 1 : 0 }),
    ...(cpus !== undefined && { cpus }),
    ...(selfLimit !== undefined && { selfLimit }),
  };
}
