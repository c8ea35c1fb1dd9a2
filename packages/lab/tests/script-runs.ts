// Runs guest scripts one after the other in a guest; other files evaluate the output.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  architectureOf,
  type BootedGuest,
  boot,
  buildAgent,
  buildDisturbance,
  buildProbe,
  busybox,
  hasSecureBoot,
  type KernelName,
  patience,
  prepareKernel,
  WATCHING_KERNEL_NAMES,
} from '../src/index.ts';
import { parseTap, type TapReport } from './tap.ts';

const SCRIPTS = join(import.meta.dirname, '../../../kmod/tests');
const TOOLS = join(import.meta.dirname, '../../../kmod/tools');
/** Time limit of a script in seconds, on a stock kernel and a busy host. */
const SCRIPT_SECONDS = 480;
/** All but lib.sh, which the others source. */
const isTest = (name: string): boolean => name.endsWith('.sh') && name !== 'lib.sh';

export const allScripts = (): string[] => readdirSync(SCRIPTS).filter(isTest).sort();

export interface ScriptRun {
  /** Name of the script, with arguments if there are any. */
  readonly script: string;
  readonly report: TapReport;
  /** Exit code of the script, or why there is none. */
  readonly ended: number | string;
  readonly stderr: string;
  /** How long it ran. */
  readonly seconds: number;
}

interface GuestShape {
  readonly cpus?: number;
  readonly secureBoot: boolean;
  readonly append: readonly string[];
  /** Time limit of the script in seconds. */
  readonly timeout?: number;
}

/**
 * Returns the guest that a script requests in a comment such as `# guest: cpus=4 timeout=900 nohz_full=2,3`: the number
 * of CPUs, the script's time limit, `secure-boot`; the rest are words of the kernel's command line. Returns undefined if
 * any guest will do.
 */
function guestShape(script: string): GuestShape | undefined {
  const text = readFileSync(join(SCRIPTS, script.split(' ')[0]!), 'utf8');
  const words = /^# guest: (.*)$/m.exec(text)?.[1]?.split(' ');
  if (!words) return undefined;
  const number = (key: string): number | undefined => {
    const word = words.find((each) => each.startsWith(`${key}=`));
    return word === undefined ? undefined : Number(word.slice(key.length + 1));
  };
  const [cpus, timeout] = [number('cpus'), number('timeout')];
  return {
    ...(cpus !== undefined && { cpus }),
    ...(timeout !== undefined && { timeout }),
    secureBoot: words.includes('secure-boot'),
    append: words.filter((word) => !/^(cpus|timeout)=|^secure-boot$/.test(word)),
  };
}

export interface RunOptions {
  /** Receives the output of a script as it arrives. */
  readonly onOutput?: (text: string) => void;
  /** Time limit of each script in seconds, instead of its own. */
  readonly seconds?: number;
  /** Precedence of the guest on the host; default FIRST. */
  readonly niceness?: number;
}

/** CPU time that other programs take from the guest would look like its own latency. */
const FIRST = -15;

/**
 * Prepares the kernel and builds what the scripts load: modules and the agent.
 *
 * @throws LabError
 */
export async function buildForScripts(kernel: KernelName): Promise<{ modules: string[]; agent: string }> {
  const modules = [await buildProbe(kernel), ...(await buildDisturbance(await prepareKernel(kernel)))];
  return { modules, agent: await buildAgent(kernel) };
}

/**
 * On a kernel that checks itself, starting a program of shared libraries takes 200 ms, and a static one 90 ms: each
 * mapping and each fault costs. Scripts mostly start these, with options that both have.
 */
const STATIC_PROGRAMS = [
  ...['awk', 'basename', 'cat', 'cp', 'cut', 'dirname', 'grep', 'head', 'ls', 'mkdir', 'mktemp', 'od'],
  ...['rm', 'sed', 'seq', 'sort', 'tail', 'tr', 'uniq', 'wc'],
];

/** Boots a guest with the modules and the agent copied and nothing loaded: the scripts load them. */
export async function bootForScripts(
  kernel: KernelName,
  shape?: GuestShape,
  niceness = FIRST,
): Promise<BootedGuest> {
  const { modules, agent } = await buildForScripts(kernel);
  const guest = await boot({
    kernel,
    niceness,
    ...(shape?.cpus !== undefined && { cpus: shape.cpus }),
    ...(shape && { append: shape.append, secureBoot: shape.secureBoot }),
  });
  await guest.copyIn(modules, '/run/lab/modules');
  // In an initramfs, rtprobectl runs with busybox.
  await guest.copyIn([agent, await busybox(architectureOf(kernel))], '/usr/local/bin');
  await guest.copyIn([SCRIPTS, TOOLS]);
  if (WATCHING_KERNEL_NAMES.includes(kernel))
    await guest.sh(
      `cd /usr/local/bin && for each in ${STATIC_PROGRAMS.join(' ')}; do ln -s busybox $each; done`,
    );
  return guest;
}

/** Returns what a kernel said when it died: from its first complaint, else the end of the console. */
function lastWords(log: string): string {
  const at = log.search(/Oops|BUG:|Kernel panic/);
  return at < 0 ? log.slice(-2000) : log.slice(at, at + 6000);
}

async function runScript(
  guest: BootedGuest,
  kernel: KernelName,
  script: string,
  { onOutput, seconds }: RunOptions,
): Promise<ScriptRun> {
  let output = '';
  let stderr = '';
  const decoder = new TextDecoder();
  const begin = performance.now();
  const limit = seconds ?? guestShape(script)?.timeout ?? SCRIPT_SECONDS;
  const ended = await guest
    .exec(['sh', ...`tests/${script}`.split(' ')], {
      timeout: limit * 1000 * patience(kernel),
      onStdout: (bytes) => {
        const text = decoder.decode(bytes, { stream: true });
        output += text;
        onOutput?.(text);
      },
      onStderr: (bytes) => {
        stderr += bytes.toString();
      },
    })
    .then(({ code }) => code)
    .catch((error: Error) => `${error.message}\n${lastWords(guest.consoleLog())}`);
  const took = Math.round((performance.now() - begin) / 1000);
  return { script, report: parseTap(output), ended, stderr, seconds: took };
}

/** Runs after each script on a kernel that checks itself. */
const AFTER_EACH = 'sanitizer/findings.sh';

/** Tests that AFTER_EACH reports mistakes. Runs first, in a guest of its own, on a kernel that checks itself. */
export const KNOWN_BAD = 'sanitizer/known-bad.sh';

/**
 * Mounts what AFTER_EACH reads, and clears the log: with nohz_full the kernel itself has a finding while it boots.
 *
 * @throws LabError E_GUEST_EXEC if the kernel does not have it
 */
async function prepareFindings(guest: BootedGuest, kernel: KernelName): Promise<void> {
  const tools = ['kmemleak', 'kcsan'].map((tool) => `test -e /sys/kernel/debug/${tool}`);
  await guest.sh(
    `mount -t debugfs debugfs /sys/kernel/debug && { ${tools.join(' || ')}; } && dmesg --clear`,
    {
      timeout: 60_000 * patience(kernel),
    },
  );
}

/**
 * Runs guest scripts, named with or without arguments, on a kernel, one after the other in one guest. After a script
 * that hung, crashed or has findings, the next one gets a new guest: KASAN reports once per boot, and lockdep stops after
 * its first report. A script that requests a guest of its own shape gets one.
 *
 * @param scripts may be an iterator that several runs share: each takes the next script
 * @throws LabError if a guest cannot be booted
 */
export async function* runScripts(
  kernel: KernelName,
  scripts: Iterable<string>,
  options: RunOptions = {},
): AsyncGenerator<ScriptRun> {
  const watching = WATCHING_KERNEL_NAMES.includes(kernel);
  let guest: BootedGuest | undefined;
  try {
    for (const script of scripts) {
      const shape = guestShape(script);
      if (shape?.secureBoot && !hasSecureBoot(kernel)) {
        yield {
          script,
          report: parseTap('1..0 # SKIP the lab has no UEFI firmware for this kernel'),
          ended: 0,
          stderr: '',
          seconds: 0,
        };
        continue;
      }
      if (shape) {
        await guest?.down();
        guest = undefined;
      }
      if (!guest) {
        guest = await bootForScripts(kernel, shape, options.niceness);
        if (watching) await prepareFindings(guest, kernel);
      }
      const run = await runScript(guest, kernel, script, options);
      yield run;
      let reusable = typeof run.ended !== 'string' && !shape;
      if (typeof run.ended !== 'string' && watching && script !== KNOWN_BAD) {
        const findings = await runScript(guest, kernel, AFTER_EACH, options);
        yield { ...findings, script: `${script}, findings` };
        reusable &&= findings.ended === 0;
      }
      if (!reusable) {
        await guest.down();
        guest = undefined;
      }
    }
  } finally {
    await guest?.down();
  }
}

/** Returns why a run is incomplete; undefined if it ran all planned tests and its exit code fits. */
export function incomplete({ report, ended, stderr }: ScriptRun): string | undefined {
  const { bail, planned, results, skipped } = report;
  const said = `it exited with ${ended}\n${stderr}`;
  if (skipped !== undefined && ended === 0 && results.length === 0) return undefined;
  if (bail !== undefined) return `it bailed out: ${bail}\n${said}`;
  if (!planned) return `it planned nothing: ${said}`;
  if (results.length !== planned || results.some((result, i) => result.number !== i + 1))
    return `it planned ${planned} tests and ran ${results.length}: ${said}`;
  return ended === (results.every((result) => result.ok) ? 0 : 1) ? undefined : said;
}
