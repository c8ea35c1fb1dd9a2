// Finds the host that a request names.
import { BridgeError } from '../base/errors.ts';
import type { Host } from '../host/host.ts';

const HOSTS_ARE = 'GET /api/v1/status lists the hosts';

export function findHost(hosts: readonly Host[], name: string): Host {
  const host = hosts.find((h) => h.name === name);
  if (!host) throw new BridgeError('E_UNKNOWN_HOST', `no host "${name}"`, HOSTS_ARE, name);
  return host;
}

/** Returns the named host, or all. */
export const chosenHosts = (hosts: readonly Host[], name: string | undefined): readonly Host[] =>
  name === undefined ? hosts : [findHost(hosts, name)];

/** Returns the host of a change: it must be named if there are several. */
export function oneHost(hosts: readonly Host[], name: string | undefined): Host {
  if (name !== undefined) return findHost(hosts, name);
  if (hosts.length !== 1)
    throw new BridgeError(
      'E_HOST_NEEDED',
      `there are ${hosts.length} hosts`,
      `name one as host; ${HOSTS_ARE}`,
      'host',
    );
  return hosts[0]!;
}
