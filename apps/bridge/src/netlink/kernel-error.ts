// Translates the kernel's errno values to the bridge's error codes.
import { BridgeError } from '../base/errors.ts';

const EPERM = 1;
type KernelCode = 'E_REFUSED' | 'E_GONE' | 'E_FULL' | 'E_UNSUPPORTED';
const codes: Readonly<Record<number, KernelCode>> = {
  /** ENOENT */
  2: 'E_GONE',
  /** ENOSPC */
  28: 'E_FULL',
  /** EPROTONOSUPPORT: the kernel begins no dump of a module that is being unloaded (__netlink_dump_start). */
  93: 'E_GONE',
  /** EOPNOTSUPP: the module does not have this command or measure. */
  95: 'E_UNSUPPORTED',
};
const todos: Readonly<Record<KernelCode, string>> = {
  E_REFUSED: 'try another value',
  E_GONE: 'read the list again: it may have been removed',
  E_FULL: 'remove an entry first',
  E_UNSUPPORTED: 'install the module of the release of this bridge',
};

/** What to do by the first word of the module's reason. */
const reasonTodos: Readonly<Record<string, string>> = {
  cpu_held: 'wait until that task gives up the CPU, or leave the CPU out of the active CPUs',
  no_cycle: 'choose the measure response_time, and name the task by pid, comm or cgroup',
  no_memory: 'free memory on the host and try again',
  out_of_range: 'choose a value in the range that docs/reference/settings.md lists',
  unavailable_measure: 'choose a measure that this kernel has; docs/reference/kernels.md says what it lacks',
};

/**
 * Makes a BridgeError. `text` and `attribute` are from the kernel's extended ACK: its reason and the word it refers to.
 */
export function kernelError(errno: number, text?: string, attribute?: string): BridgeError {
  const code = codes[errno] ?? 'E_REFUSED';
  const reason = /^[a-z_]+/.exec(text ?? '')?.[0] ?? '';
  const todo = errno === EPERM ? 'give the agent CAP_NET_ADMIN there' : (reasonTodos[reason] ?? todos[code]);
  return new BridgeError(code, text ?? `the kernel module answers errno ${errno}`, todo, attribute);
}
