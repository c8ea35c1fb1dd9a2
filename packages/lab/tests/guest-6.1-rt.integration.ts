import { allScripts, guestScripts } from './guest-scripts.ts';

await guestScripts('6.1-rt', allScripts());
