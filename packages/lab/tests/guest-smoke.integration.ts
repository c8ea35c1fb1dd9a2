import { guestScripts } from './guest-scripts.ts';

/** The kernels without PREEMPT_RT, and what differs there if anything does: parsing, counting, late lines. */
const SMOKE = ['control.sh', 'counts.sh', 'late-irq.sh'];

await guestScripts('6.1', SMOKE);
await guestScripts('6.12', SMOKE);
