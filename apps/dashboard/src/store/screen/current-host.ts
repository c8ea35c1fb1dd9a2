// The host on screen.
import type { Host } from '../stream/host.ts';

/** Returns undefined before the bridge has sent its hosts, or if the address names an unknown host. */
export type CurrentHost = () => Host | undefined;
