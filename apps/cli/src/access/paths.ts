// Where the bridge's key and its unix socket are unless chosen.
import { join } from 'node:path';
import { dataFolder } from '../data-folder.ts';

/** The key file that belongs to a folder of data. */
export const keyFileIn = (data: string): string => join(data, 'access.key');

/** A folder that only this user can enter: the desktop's or the service's for such things, else one with the data. */
function runtimeFolder(env: NodeJS.ProcessEnv, uid: number | undefined): string {
  if (uid === 0) return '/run/rtprobe';
  // Relative paths are to be ignored, says the XDG base directory specification.
  if (env.XDG_RUNTIME_DIR?.startsWith('/')) return join(env.XDG_RUNTIME_DIR, 'rtprobe');
  return join(dataFolder(env, uid), 'run');
}

/** The unix socket of the bridge on a port; `{port}` for one that is not known yet. */
export function controlSocket(
  port: number | '{port}',
  env: NodeJS.ProcessEnv = process.env,
  uid = process.getuid?.(),
): string {
  return join(runtimeFolder(env, uid), `bridge-${port}.sock`);
}
