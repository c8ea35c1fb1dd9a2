// Facts that only a bridge on the same machine can read: the kernel's command line and clock settings.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineFacts } from '@rtprobe/protocol';

/** The kernel's own limit for its command line on most architectures. */
const TEXT_MAX = 4096;

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim().slice(0, TEXT_MAX) || undefined;
  } catch {
    return undefined;
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Reads the facts; those that cannot be read are left out. `root` is the folder that contains /proc and /sys. */
export function readMachine(root = '/'): MachineFacts {
  const cpufreq = join(root, 'sys/devices/system/cpu/cpufreq');
  const policies = namesIn(cpufreq).filter((name) => name.startsWith('policy'));
  const governors = policies.map((name) => textOf(join(cpufreq, name, 'scaling_governor')));
  const governor = [...new Set(governors.filter((word) => word !== undefined))].sort().join(', ');
  const cmdline = textOf(join(root, 'proc/cmdline'));
  const clocksource = textOf(join(root, 'sys/devices/system/clocksource/clocksource0/current_clocksource'));
  return {
    ...(cmdline !== undefined && { cmdline }),
    ...(clocksource !== undefined && { clocksource }),
    ...(governor !== '' && { governor }),
  };
}

/** Governors can be changed at run time. */
const READ_EVERY_MS = 10_000;

/** The machine's facts, read periodically. */
export class MachineWatch {
  facts: MachineFacts | undefined;
  readonly #read: (() => MachineFacts) | undefined;
  #readAt = 0;

  /** Without `read` there are no facts: the host is another machine. */
  constructor(read: (() => MachineFacts) | undefined) {
    this.#read = read;
  }

  /** Reads the facts if they are due or `atOnce` is set. Returns true if they changed. */
  refresh(atOnce: boolean): boolean {
    const now = performance.now();
    if (!this.#read || (!atOnce && now - this.#readAt < READ_EVERY_MS)) return false;
    this.#readAt = now;
    const before = JSON.stringify(this.facts);
    this.facts = this.#read();
    return JSON.stringify(this.facts) !== before;
  }
}
