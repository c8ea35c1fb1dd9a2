// Finds the host that a request names.
import { BridgeError } from '../base/errors.ts';
import type { Host } from '../host/host.ts';

const HOSTS_ARE = 'GET /api/v1/status lists the hosts';

export function findHost(hosts: readonly Host[], name: string): Host {
  const host = hosts.find((h) => h.name === name);
  if (!host) throw new BridgeError('E_UNKNOWN_HOST', `no host "${name}"`, HOSTS_ARE, name);
  return host;
}

/** Returns the hosts that the bridge was started with: what a script asks must not change when a person opens a file. */
const ownHosts = (hosts: readonly Host[]): readonly Host[] => hosts.filter(({ isOpened }) => !isOpened);

/** Returns the named host, or all that the bridge was started with. */
export const chosenHosts = (hosts: readonly Host[], name: string | undefined): readonly Host[] =>
  name === undefined ? ownHosts(hosts) : [findHost(hosts, name)];

/** Returns the host of a change: it must be named if the bridge was started with several. */
export function oneHost(hosts: readonly Host[], name: string | undefined): Host {
  if (name !== undefined) return findHost(hosts, name);
  const [only, ...others] = ownHosts(hosts);
  if (only && others.length === 0) return only;
  throw new BridgeError(
    'E_HOST_NEEDED',
    `there are ${others.length + 1} hosts`,
    `name one as host; ${HOSTS_ARE}`,
    'host',
  );
}
