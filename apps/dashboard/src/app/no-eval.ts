// zod compiles validators with `new Function` and tries that out as it loads, which the page's Content Security
// Policy rightly reports. Imported before anything that builds a schema.
import { config } from 'zod';

config({ jitless: true });
