// The command that runs an agent on another machine. There is no shell on this side; ssh itself joins the
// remote words with spaces for the remote shell, so they are fixed and hold nothing of a user's.
import { BridgeError } from '../base/errors.ts';

/** [user@]host, as a name or an address. Never begins with "-", which ssh would take for an option. */
const destination =
  /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}@)?[A-Za-z0-9](?:[A-Za-z0-9.:_-]{0,252}[A-Za-z0-9])?$/;

/** ssh gives up to connect after so many seconds and reports why. */
export const SSH_CONNECT_S = 30;

/** argv of ssh for a destination. Throws E_SSH_HOST for anything that is not plainly a host. */
export function sshCommand(host: string): string[] {
  if (!destination.test(host)) {
    throw new BridgeError('E_SSH_HOST', `"${host}" is not a host name; write HOST or USER@HOST`, host);
  }
  const connecting = ['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${SSH_CONNECT_S}`];
  const options = [...connecting, '-o', 'ServerAliveInterval=5', '-o', 'ServerAliveCountMax=3', '-T'];
  return ['ssh', ...options, '--', host, 'rtprobe-agent'];
}
