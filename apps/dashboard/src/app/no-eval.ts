// zod compiles validators with `new Function` and tests that on load, which the page's Content Security Policy reports
// as a violation. Import this before any module that builds a schema.
import { config } from 'zod';

config({ jitless: true });
