import { guestScripts, suiteScripts } from './guest-scripts.ts';

await guestScripts('6.12-rt', suiteScripts('6.12-rt'));
