import { homedir } from 'node:os';
import { join } from 'node:path';

/** Returns the default folder of the history store: a service's folder for root, else the user's state folder. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env, uid = process.getuid?.()): string {
  if (uid === 0) return '/var/lib/rtprobe';
  // The XDG base directory specification says that relative paths are ignored.
  const state = env.XDG_STATE_HOME?.startsWith('/') ? env.XDG_STATE_HOME : join(homedir(), '.local', 'state');
  return join(state, 'rtprobe');
}
