// REST for acknowledgements: viewers read, operators acknowledge.
import type { Acknowledgement } from '@rtprobe/protocol';
import type { Acknowledgements } from '../acknowledgements/acknowledgements.ts';
import { nowMicros } from '../base/clock.ts';
import { BridgeError } from '../base/errors.ts';
import type { Host } from '../host/host.ts';
import { oneHost } from './hosts.ts';
import type { Handlers } from './mount.ts';

type Names = 'getAcknowledgements' | 'acknowledge' | 'withdrawAcknowledgement';

export function acknowledgementHandlers(
  hosts: readonly Host[],
  acknowledgements: Acknowledgements,
): Pick<Handlers, Names> {
  return {
    getAcknowledgements: async ({ query }) => {
      const host = oneHost(hosts, query.host);
      return { host: host.name, acknowledgements: await acknowledgements.list(host) };
    },
    acknowledge: async ({ body: { host: name, incidents, by, comment } }) => {
      const host = oneHost(hosts, name);
      const time = nowMicros();
      const added = incidents.map((incident): Acknowledgement => ({ incident, time, by, comment }));
      await acknowledgements.add(host, added);
      return { host: host.name, acknowledgements: added };
    },
    withdrawAcknowledgement: async ({ query: { host: name, incident } }) => {
      const host = oneHost(hosts, name);
      if (await acknowledgements.withdraw(host, incident)) return { host: host.name, incident };
      const todo = 'GET /api/v1/acknowledgements lists the newest';
      throw new BridgeError('E_UNKNOWN_INCIDENT', `incident ${incident} is not acknowledged`, todo, incident);
    },
  };
}
