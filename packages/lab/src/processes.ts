import { readFileSync } from 'node:fs';

/** True while a process of that id exists, whoever owns it. */
export function processAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Start time of a process in clock ticks since boot (field 22 of /proc/PID/stat), which together
 * with the id names a process for good: ids are reused, pairs are not. Undefined when it is gone.
 */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces and parentheses: count fields behind its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** A process named for good. */
export interface ProcessId {
  readonly pid: number;
  readonly start: string;
}

export function identify(pid: number): ProcessId | undefined {
  const start = processStart(pid);
  return start === undefined ? undefined : { pid, start };
}

export function sameProcessAlive(id: ProcessId): boolean {
  return processStart(id.pid) === id.start;
}
