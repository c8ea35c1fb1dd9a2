import { readFileSync } from 'node:fs';

/** Returns whether a process of that id exists, whoever owns it. */
export function processAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Returns the start time of a process in clock ticks since boot (field 22 of /proc/PID/stat); undefined if it has
 * ended. Id and start time together are unique, because ids are reused.
 */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may contain spaces and parentheses, so fields are counted after its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Unique identity of a process. */
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
