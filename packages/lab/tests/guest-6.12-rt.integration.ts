import { allScripts, guestScripts } from './guest-scripts.ts';

await guestScripts('6.12-rt', allScripts());
