import type { Role } from '@rtprobe/protocol';

const DEFAULT_PORT = '9154';

/** The command that prints a login code for the bridge of this page. Behind a proxy the port of the bridge is not known. */
export function loginCommand({ hostname, port, origin }: Location, role?: Role): string {
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  const which = isLocal && port !== DEFAULT_PORT ? ` --url ${origin}` : '';
  return `rtprobe login${role === undefined ? '' : ` --role ${role}`}${which}`;
}
