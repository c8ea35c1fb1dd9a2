import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the history lies unless chosen: a service's folder for root, else where the desktop keeps state. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env, uid = process.getuid?.()): string {
  if (uid === 0) return '/var/lib/rtprobe';
  // Relative paths are to be ignored, says the XDG base directory specification.
  const state = env.XDG_STATE_HOME?.startsWith('/') ? env.XDG_STATE_HOME : join(homedir(), '.local', 'state');
  return join(state, 'rtprobe');
}
