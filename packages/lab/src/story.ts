import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import type { Guest } from './guest.ts';
import { type Kernel, prepareKernel } from './kernel/kernel.ts';
import { buildModule } from './kernel/module.ts';
import type { KernelName } from './kernel/table.ts';
import { type OnProgress, silent, step } from './progress.ts';

const PROGRAMS = join(import.meta.dirname, '../story');
const TESTS = join(import.meta.dirname, '../../../kmod/tests');
const GUEST_DIR = '/usr/local/lib/rtprobe';

/** The measures that the preset "first look" of packages/protocol sets; kernel threads and softirqs are off. */
const FIRST_LOOK = [
  ...['thread_latency', 'wakeup_latency', 'preemption_latency', 'irq_to_task', 'irq_thread_latency'],
  ...['timer_latency', 'irqsoff', 'preemptoff', 'hardirq_duration', 'vector_duration'],
];

/**
 * How a guest with the story boots. An emulated guest has noise of its own, because the host schedules its virtual
 * CPUs: they get precedence over other programs, and the thresholds are above most of the noise. The story's
 * disturbances last 40 to 50 ms; docs/explanation/lab.md has the measured noise. Emulated, a capture
 * takes some milliseconds, so the limit on captures is higher than the module's default.
 */
export const STORY = {
  niceness: -15,
  moduleParams: [`thresholds=${FIRST_LOOK.map((measure) => `${measure}:25ms`).join(',')}`, 'self_limit=20'],
} as const;

/** Builds the test modules; guest scripts beside them are not part of the build. One compiles sources of rtprobe. */
export async function buildDisturbance(kernel: Kernel): Promise<string[]> {
  const sources = readdirSync(TESTS).filter((name) => /\.[ch]$|^Kbuild$/.test(name));
  const parts = ['compat', 'src', 'uapi', ...sources.map((name) => join('tests', name))];
  return buildModule(kernel, TESTS, { base: join(TESTS, '..'), parts });
}

/**
 * Starts the demo's changing load in a guest (see story/story); it continues when this process ends.
 *
 * @throws LabError E_BUILD, E_BOOT if the disturbance's module does not load
 */
export async function startStory(
  guest: Guest,
  options: { readonly kernel: KernelName; readonly onProgress?: OnProgress },
): Promise<void> {
  const onProgress = options.onProgress ?? silent;
  await step(onProgress, 'story', 'a changing load with known disturbances', async () => {
    const modules = await buildDisturbance(await prepareKernel(options.kernel));
    const disturb = modules.filter((path) => path.endsWith('/rtprobe_disturb.ko'));
    await guest.copyIn([PROGRAMS, ...disturb], GUEST_DIR);
    const loaded = await guest.exec(['insmod', `${GUEST_DIR}/rtprobe_disturb.ko`]);
    if (loaded.code !== 0) {
      throw new LabError('E_BOOT', `loading rtprobe_disturb.ko failed: ${loaded.stderr}`, 'see the message');
    }
    await guest.sh(`setsid ${GUEST_DIR}/story/story ${GUEST_DIR}/story >/dev/null 2>&1 </dev/null &`);
  });
}
