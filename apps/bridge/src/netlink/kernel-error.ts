// Translates the kernel's errno values to the bridge's error codes.
import { BridgeError, type BridgeErrorCode } from '../base/errors.ts';

const EPERM = 1;
const codes: Readonly<Record<number, BridgeErrorCode>> = {
  /** ENOENT */
  2: 'E_GONE',
  /** ENOSPC */
  28: 'E_FULL',
  /** EOPNOTSUPP: the module does not have this command or measure. */
  95: 'E_UNSUPPORTED',
};

/**
 * Makes a BridgeError. `text` and `attribute` are from the kernel's extended ACK: its reason and the word it refers to.
 */
export function kernelError(errno: number, text?: string, attribute?: string): BridgeError {
  const permission = errno === EPERM ? '; the agent needs CAP_NET_ADMIN there' : '';
  const why = `${text ?? `errno ${errno}`}${permission}`;
  return new BridgeError(codes[errno] ?? 'E_REFUSED', why, attribute);
}
