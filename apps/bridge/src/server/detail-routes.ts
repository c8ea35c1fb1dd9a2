// What is asked of the kernel when somebody wants it: tasks, one whole spike, its trace.
import { Command } from '@rtprobe/abi';
import type { StoredSpike } from '@rtprobe/protocol';
import type { Router } from 'express';
import { z } from 'zod';
import { BridgeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { HeldSpike } from '../host/spikes.ts';
import { chosenHosts, hostQuery } from './hosts.ts';
import { onlyMethod, readStrict } from './reply.ts';

const nothing = z.strictObject({});

/** A live host is asked anew; of one that is away, and of a recording, the newest that was told is given. */
async function refreshTasks(host: Host): Promise<void> {
  try {
    await host.ask(Command.getTasks, {});
  } catch (error) {
    const away = ['E_OFFLINE', 'E_REPLAY'];
    if (!(error instanceof BridgeError) || !away.includes(error.code)) throw error;
  }
}

const isSpikeId = (id: string): boolean => /^[0-9a-f]{1,16}-\d{1,20}$/.test(id);

function findSpike(hosts: readonly Host[], id: string): { host: Host; held: HeldSpike } {
  for (const host of hosts) {
    const held = host.state.spikes.find(id);
    if (held) return { host, held };
  }
  throw new BridgeError('E_UNKNOWN_SPIKE', `no spike "${id.slice(0, 64)}"`, id.slice(0, 64));
}

export function addDetailRoutes(router: Router, hosts: readonly Host[]): void {
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
      const { host, held } = findSpike(hosts, request.params.id);
      response.json({ spike: await host.details.whole(held) } satisfies StoredSpike);
    })
    .all(onlyMethod('GET'));
  router
    .route('/spikes/:id/trace')
    .get(async (request, response) => {
      readStrict(nothing, request.query, 'E_QUERY');
      const { host, held } = findSpike(hosts, request.params.id);
      const trace = await host.details.trace(held);
      if (!trace) {
        const why = held.spike.traced ? 'the module no longer holds the trace' : 'no trace was taken';
        throw new BridgeError('E_NO_TRACE', `${why} of spike ${held.spike.id}`, held.spike.id);
      }
      response.json(trace);
    })
    .all(onlyMethod('GET'));
}
