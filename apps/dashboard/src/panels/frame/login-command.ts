import type { Role } from '@rtprobe/protocol';

const DEFAULT_PORT = '9154';

/** Returns the command that prints a login code for this bridge. Behind a proxy, the bridge's port is unknown. */
export function loginCommand({ hostname, port, origin }: Location, role?: Role): string {
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  const which = isLocal && port !== DEFAULT_PORT ? ` --url ${origin}` : '';
  return `rtprobe login${role === undefined ? '' : ` --role ${role}`}${which}`;
}
