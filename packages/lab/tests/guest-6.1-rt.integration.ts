import { guestScripts, suiteScripts } from './guest-scripts.ts';

/**
 * Tests that take minutes and find nothing on this kernel that they do not find on the other; the matrix runs them on
 * all.
 */
const ONCE = /^(reload|rtprobectl)\.sh/;

await guestScripts(
  '6.1-rt',
  suiteScripts('6.1-rt').filter((script) => !ONCE.test(script)),
);
