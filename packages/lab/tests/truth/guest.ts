// Runs windows of a kind in a guest, and observes when the host did not run its CPU.
import type { BootedGuest } from '../../src/index.ts';
import { type Row, rowOf } from './judge.ts';
import type { Kind } from './kinds.ts';
import { parseWindows, type Window, type Windows } from './windows.ts';

const CPU = 1;
const SCRIPT = 'tests/truth/windows.sh';
/** Milliseconds for a window on a busy host, and for loading the modules. */
const PATIENCE = 5_000;
const LOADING = 60_000;
/** The same moments and lengths on each run. */
const SEED = 1;

/** Receives what the script printed. */
export type OnOutput = (kind: Kind, output: string) => void;

interface Delay {
  readonly fromNs: number;
  readonly toNs: number;
  readonly delayNs: number;
}

/** Observes how long the host keeps a virtual CPU from running, in the guest's time. */
export class Host {
  readonly #delays: Delay[] = [];
  readonly #stop: () => void;
  /** Host time minus guest time, at least. */
  #ahead: number;

  private constructor(guest: BootedGuest, ahead: number) {
    this.#ahead = ahead;
    this.#stop = guest.runDelays((delays) => {
      for (const { cpu, untilUs, spanUs, delayUs, asleep } of delays) {
        if (cpu !== CPU || asleep || delayUs === 0) continue;
        // The wait can have begun its own length before the previous sample.
        const [to, delay] = [untilUs * 1000, delayUs * 1000];
        this.#delays.push({ fromNs: to - Math.max(spanUs * 1000, delay), toNs: to, delayNs: delay });
      }
    });
  }

  static async of(guest: BootedGuest): Promise<Host> {
    let ahead = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 10; i++)
      await guest.exec(['perl', 'tests/windows.pl', 'nothing', String(CPU)], {
        onStdout: (bytes) => {
          const now = Number(process.hrtime.bigint());
          ahead = Math.min(ahead, now - Number(/to=(\d+)/.exec(bytes.toString())?.[1] ?? 0));
        },
      });
    return new Host(guest, ahead);
  }

  /** Returns the time that the host did not run the CPU in a window, and after it until its spikes ended, at most. */
  pausedNs({ from, to, spikes }: Window): number {
    const ended = Math.max(to, ...spikes.filter(({ cpu }) => cpu === CPU).map((spike) => spike.to));
    const [begin, end] = [from + this.#ahead, ended + this.#ahead];
    return this.#delays
      .filter(({ fromNs, toNs }) => fromNs < end && toNs > begin)
      .reduce((sum, { delayNs }) => sum + delayNs, 0);
  }

  stop(): void {
    this.#stop();
  }
}

/** Exit code of the script on a kernel without the measure that the kind needs. */
const UNAVAILABLE = 3;

/** Returns the windows that the script printed; undefined if the kernel cannot have them. @throws if it printed too few */
async function runScript(
  guest: BootedGuest,
  kind: Kind,
  times: number,
  onOutput: OnOutput,
): Promise<Windows | undefined> {
  const { code, stdout, stderr } = await guest.exec(
    ['sh', SCRIPT, kind.request, String(times), String(SEED), kind.rules.join('; '), kind.needs ?? ''],
    { timeout: LOADING + times * PATIENCE },
  );
  if (code === UNAVAILABLE) return undefined;
  onOutput(kind, stdout);
  const result = parseWindows(stdout);
  if (code === 0 && result.windows.length === times) return result;
  const said = `${stderr}${stdout.slice(-1000)}`.trim();
  throw new Error(`${kind.name}: ${result.windows.length} of ${times} windows, exit code ${code}: ${said}`);
}

/** Runs windows of a kind. Returns undefined if the kernel lacks a measure that it needs. */
export async function tryKind(
  guest: BootedGuest,
  host: Host,
  kind: Kind,
  times: number,
  onOutput: OnOutput = () => {},
): Promise<Row | undefined> {
  const result = await runScript(guest, kind, times, onOutput);
  if (!result) return undefined;
  const { windows, ...available } = result;
  const observed = windows.map((window) => ({ ...window, pausedNs: host.pausedNs(window) }));
  return rowOf(kind, available, observed);
}
