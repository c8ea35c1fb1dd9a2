// Translates the kernel's errno values to the bridge's error codes.
import { BridgeError } from '../base/errors.ts';

const EPERM = 1;
type KernelCode = 'E_REFUSED' | 'E_GONE' | 'E_FULL' | 'E_UNSUPPORTED';
const codes: Readonly<Record<number, KernelCode>> = {
  /** ENOENT */
  2: 'E_GONE',
  /** ENOSPC */
  28: 'E_FULL',
  /** EOPNOTSUPP: the module does not have this command or measure. */
  95: 'E_UNSUPPORTED',
};
const todos: Readonly<Record<KernelCode, string>> = {
  E_REFUSED: 'try another value',
  E_GONE: 'read the list again: it may have been removed',
  E_FULL: 'remove an entry first',
  E_UNSUPPORTED: 'install the module of the release of this bridge',
};

/**
 * Makes a BridgeError. `text` and `attribute` are from the kernel's extended ACK: its reason and the word it refers to.
 */
export function kernelError(errno: number, text?: string, attribute?: string): BridgeError {
  const code = codes[errno] ?? 'E_REFUSED';
  const todo = errno === EPERM ? 'give the agent CAP_NET_ADMIN there' : todos[code];
  return new BridgeError(code, text ?? `the kernel module answers errno ${errno}`, todo, attribute);
}
