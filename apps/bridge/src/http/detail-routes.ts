// Data that are requested from the kernel on demand: tasks, a whole spike, its trace.
import { Command } from '@rtprobe/abi';
import type { Advice, Spike, StoredIncident, StoredSpike, Trace } from '@rtprobe/protocol';
import { BridgeError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import type { Host } from '../host/host.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { ListedSpike } from '../state/spike-list.ts';
import { chosenHosts, findHost } from './hosts.ts';
import type { Handlers } from './mount.ts';

/**
 * Requests the tasks of a live host again. For an offline host or a recording, the newest reported ones are returned.
 */
async function refreshTasks(host: Host): Promise<void> {
  try {
    await host.query(Command.getTasks, {});
  } catch (error) {
    const away = ['E_OFFLINE', 'E_REPLAY'];
    if (!(error instanceof BridgeError) || !away.includes(error.code)) throw error;
  }
}

/** Where a spike is searched. */
interface Asked {
  readonly hosts: readonly Host[];
  readonly history: History | undefined;
}

/** Returns where the spikes of the named host are, else of all. A recording of a live host has the same ids as the host. */
function askedOf(hosts: readonly Host[], history: History | undefined, name: string | undefined): Asked {
  if (name === undefined) return { hosts, history };
  const host = findHost(hosts, name);
  return { hosts: [host], history: host.source.kind === 'live' ? history : undefined };
}

function findSpike(hosts: readonly Host[], id: string): { host: Host; listed: ListedSpike } | undefined {
  for (const host of hosts) {
    const listed = host.state.spikes.find(id);
    if (listed) return { host, listed };
  }
  return undefined;
}

const NEXT_TRACE = 'turn the flight recorder on, so that the next spikes have one';

function unknownSpike(id: string): BridgeError {
  const why = `spike "${id}" is no longer stored, or never was`;
  return new BridgeError('E_UNKNOWN_SPIKE', why, 'GET /api/v1/spikes lists the spikes in memory', id);
}

/**
 * Returns a whole spike. The host has the newest record. The store adds its run and neighbours, and has spikes that the
 * host no longer has.
 */
async function wholeSpike({ hosts, history }: Asked, id: string): Promise<StoredSpike> {
  const found = findSpike(hosts, id);
  // What is in memory can be read without the store.
  const stored = await history?.read({ ask: 'spike', id }).catch((error: unknown) => {
    if (!found) throw error;
    return undefined;
  });
  if (found) {
    const incident = found.host.state.incidents.of(id)?.id;
    const spike = await found.host.details.whole(found.listed);
    return { ...stored, ...(incident !== undefined && { incident }), spike };
  }
  if (stored) return stored;
  throw unknownSpike(id);
}

async function traceOf({ hosts, history }: Asked, id: string): Promise<Trace> {
  const found = findSpike(hosts, id);
  const trace =
    (await found?.host.details.trace(found.listed)) ?? (await history?.read({ ask: 'trace', spike: id }));
  if (trace) return trace;
  if (!found && !(await history?.read({ ask: 'spike', id }))) {
    throw unknownSpike(id);
  }
  const why = found?.listed.spike.traced ? 'the module no longer stores the trace' : 'no trace was stored';
  throw new BridgeError('E_NO_TRACE', `${why} of spike ${id}`, NEXT_TRACE, id);
}

/** What is in memory is the newest; the store also has incidents whose spikes are no longer in memory. */
async function incidentOf({ hosts, history }: Asked, id: string): Promise<StoredIncident> {
  let found: StoredIncident | undefined;
  for (const { state } of hosts) {
    const incident = state.incidents.of(id);
    if (!incident) continue;
    const spikes = incident.symptoms.flatMap((spike) => state.spikes.find(spike)?.spike ?? []);
    found = { incident, spikes };
    if (spikes.length === incident.symptoms.length) return found;
  }
  // What is in memory can be read without the store.
  const stored = await history?.read({ ask: 'incident', id }).catch((error: unknown) => {
    if (!found) throw error;
    return undefined;
  });
  if (found && found.spikes.length >= (stored?.spikes.length ?? 0)) return found;
  if (stored) return stored;
  const why = `no stored incident has a spike "${id}"`;
  throw new BridgeError('E_UNKNOWN_INCIDENT', why, 'GET /api/v1/incidents lists the stored incidents', id);
}

type Details = 'getInterrupts' | 'getTasks' | 'getSpike' | 'getTrace' | 'getIncident';

export function detailHandlers(
  hosts: readonly Host[],
  history: History | undefined,
  knowledge: Knowledge,
): Pick<Handlers, Details> {
  const advice = async (spike: Spike | undefined): Promise<{ advice?: Advice[] }> => {
    const found = spike ? await knowledge.advice(spike) : [];
    return found.length > 0 ? { advice: found } : {};
  };
  return {
    getInterrupts: async ({ query }) => ({
      hosts: await Promise.all(chosenHosts(hosts, query.host).map((host) => host.interruptFacts())),
    }),
    getTasks: async ({ query }) => {
      const chosen = chosenHosts(hosts, query.host);
      await Promise.all(chosen.map(refreshTasks));
      return { hosts: chosen.map((host) => ({ host: host.name, tasks: host.state.tasks })) };
    },
    getSpike: async ({ params, query }) => {
      const stored = await wholeSpike(askedOf(hosts, history, query.host), params.id);
      return { ...stored, ...(await advice(stored.spike)) };
    },
    getIncident: async ({ params, query }) => {
      const stored = await incidentOf(askedOf(hosts, history, query.host), params.id);
      return { ...stored, ...(await advice(stored.spikes.find(({ id }) => id === stored.incident.primary))) };
    },
    getTrace: ({ params, query }) => traceOf(askedOf(hosts, history, query.host), params.id.slice(0, 64)),
  };
}
