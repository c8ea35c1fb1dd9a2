import { guestScripts } from './guest-scripts.ts';

/** The kernels without PREEMPT_RT, and tests that may differ there: parsing, counting, late lines. */
const SMOKE = ['control.sh', 'counts.sh', 'late-irq.sh'];

await guestScripts('6.1', SMOKE);
await guestScripts('6.12', SMOKE);
