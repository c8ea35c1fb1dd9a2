import type { Role } from '@rtprobe/protocol';

const DEFAULT_PORT = '9154';

/** Adds options to the command that prints a login code. Behind a proxy, the bridge's port is unknown. */
export function loginCommand(command: string, { hostname, port, origin }: Location, role?: Role): string {
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  const which = isLocal && port !== DEFAULT_PORT ? ` --url ${origin}` : '';
  return `${command}${role === undefined ? '' : ` --role ${role}`}${which}`;
}
