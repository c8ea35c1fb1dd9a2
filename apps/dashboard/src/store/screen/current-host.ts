// The host on screen.
import type { Host } from '../stream/host.ts';

/** Returns undefined before the bridge named a host, or when the address names one that it does not have. */
export type CurrentHost = () => Host | undefined;
