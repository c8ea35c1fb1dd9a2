// Default paths of the bridge's key and its unix socket.
import { join } from 'node:path';
import { dataFolder } from '../data-folder.ts';

/** Returns the key file that belongs to a data folder. */
export const keyFileIn = (data: string): string => join(data, 'access.key');

/**
 * Returns a folder that only this user can enter: the runtime folder of the desktop or the service, else one with the
 * data.
 */
function runtimeFolder(env: NodeJS.ProcessEnv, uid: number | undefined): string {
  if (uid === 0) return '/run/rtprobe';
  // The XDG base directory specification says that relative paths are ignored.
  if (env.XDG_RUNTIME_DIR?.startsWith('/')) return join(env.XDG_RUNTIME_DIR, 'rtprobe');
  return join(dataFolder(env, uid), 'run');
}

/** Returns the unix socket of the bridge on a port; `{port}` if the port is not chosen yet. */
export function controlSocket(
  port: number | '{port}',
  env: NodeJS.ProcessEnv = process.env,
  uid = process.getuid?.(),
): string {
  return join(runtimeFolder(env, uid), `bridge-${port}.sock`);
}
