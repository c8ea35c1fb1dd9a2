// What the kernel's numbers for errors mean in the words of the bridge.
import { BridgeError, type BridgeErrorCode } from '../base/errors.ts';

const EPERM = 1;
const codes: Readonly<Record<number, BridgeErrorCode>> = {
  /** ENOENT */
  2: 'E_GONE',
  /** ENOSPC */
  28: 'E_FULL',
  /** EOPNOTSUPP: a command or a measure this module does not have. */
  95: 'E_UNSUPPORTED',
};

/** `text` and `attribute` are the kernel's extended answer: its own reason and the word it is about. */
export function kernelError(errno: number, text?: string, attribute?: string): BridgeError {
  const permission = errno === EPERM ? '; the agent needs CAP_NET_ADMIN there' : '';
  const why = `${text ?? `errno ${errno}`}${permission}`;
  return new BridgeError(codes[errno] ?? 'E_REFUSED', why, attribute);
}
