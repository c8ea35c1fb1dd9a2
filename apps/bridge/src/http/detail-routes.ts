// What is asked of the kernel when somebody wants it: tasks, one whole spike, its trace.
import { Command } from '@rtprobe/abi';
import type { StoredSpike, Trace } from '@rtprobe/protocol';
import type { Router } from 'express';
import { z } from 'zod';
import { BridgeError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import type { Host } from '../host/host.ts';
import type { ListedSpike } from '../state/spike-list.ts';
import { chosenHosts, hostQuery } from './hosts.ts';
import { onlyMethod, readStrict } from './reply.ts';

const nothing = z.strictObject({});

/** A live host is asked anew; of one that is away, and of a recording, the newest that was told is given. */
async function refreshTasks(host: Host): Promise<void> {
  try {
    await host.query(Command.getTasks, {});
  } catch (error) {
    const away = ['E_OFFLINE', 'E_REPLAY'];
    if (!(error instanceof BridgeError) || !away.includes(error.code)) throw error;
  }
}

const isSpikeId = (id: string): boolean => /^[0-9a-f]{1,16}-\d{1,20}$/.test(id);

function findSpike(hosts: readonly Host[], id: string): { host: Host; listed: ListedSpike } | undefined {
  for (const host of hosts) {
    const listed = host.state.spikes.find(id);
    if (listed) return { host, listed };
  }
  return undefined;
}

/** What the host holds is the newest; what is stored knows its run and its neighbours, and spikes long gone. */
async function wholeSpike(
  hosts: readonly Host[],
  history: History | undefined,
  id: string,
): Promise<StoredSpike> {
  const found = findSpike(hosts, id);
  // What is in memory can be read without the store.
  const stored = await history?.read({ ask: 'spike', id }).catch((error: unknown) => {
    if (!found) throw error;
    return undefined;
  });
  if (found) return { ...stored, spike: await found.host.details.whole(found.listed) };
  if (stored) return stored;
  throw new BridgeError('E_UNKNOWN_SPIKE', `no spike "${id}"`, id);
}

async function traceOf(hosts: readonly Host[], history: History | undefined, id: string): Promise<Trace> {
  const found = findSpike(hosts, id);
  const trace =
    (await found?.host.details.trace(found.listed)) ?? (await history?.read({ ask: 'trace', spike: id }));
  if (trace) return trace;
  if (!found && !(await history?.read({ ask: 'spike', id }))) {
    throw new BridgeError('E_UNKNOWN_SPIKE', `no spike "${id}"`, id);
  }
  const why = found?.listed.spike.traced ? 'the module no longer holds the trace' : 'no trace was kept';
  throw new BridgeError('E_NO_TRACE', `${why} of spike ${id}`, id);
}

export function addDetailRoutes(router: Router, hosts: readonly Host[], history: History | undefined): void {
  router
    .route('/tasks')
    .get(async (request, response) => {
      const chosen = chosenHosts(hosts, readStrict(hostQuery, request.query, 'E_QUERY').host);
      await Promise.all(chosen.map(refreshTasks));
      response.json({ hosts: chosen.map((host) => ({ host: host.name, tasks: host.state.tasks })) });
    })
    .all(onlyMethod('GET'));
  router
    .route('/spikes/:id')
    // Below /spikes are other paths, such as /spikes/clear.
    .all((request, _response, next) => next(isSpikeId(request.params.id) ? undefined : 'route'))
    .get(async (request, response) => {
      readStrict(nothing, request.query, 'E_QUERY');
      response.json(await wholeSpike(hosts, history, request.params.id));
    })
    .all(onlyMethod('GET'));
  router
    .route('/spikes/:id/trace')
    .get(async (request, response) => {
      readStrict(nothing, request.query, 'E_QUERY');
      response.json(await traceOf(hosts, history, request.params.id.slice(0, 64)));
    })
    .all(onlyMethod('GET'));
}
