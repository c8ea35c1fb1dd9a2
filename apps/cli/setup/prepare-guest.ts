// Prepares the demo's guest while the set-up installs and builds other things. Arguments are those of the demo.
// Standard input ends when the Debian packages are installed.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { DEFAULT_KERNEL, installing, KERNEL_NAMES } from '@rtprobe/lab';
import { act } from '../src/act.ts';
import { progressReporter } from '../src/report.ts';
import { prepareDemo } from '../src/serve/demo.ts';

const { values } = parseArgs({ options: { kernel: { type: 'string' } }, strict: false });
const wanted = values.kernel ?? DEFAULT_KERNEL;
// The demo itself rejects an unknown name.
const kernel = KERNEL_NAMES.find((name) => name === wanted) ?? DEFAULT_KERNEL;

installing(once(process.stdin.resume(), 'end'));
await act(async () => {
  await prepareDemo(kernel, progressReporter());
  return 0;
});
