import { guestScripts, suiteScripts } from './guest-scripts.ts';

await guestScripts('6.1-rt', suiteScripts('6.1-rt'));
