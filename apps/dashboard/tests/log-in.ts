// Creates sessions at a bridge of this machine through its unix socket.
import type { BrowserContext } from '@playwright/test';
import type { Role } from '@rtprobe/protocol';
import { askBridge, type BridgeAccess, browserCookie } from '../../cli/src/access/client.ts';

/** Logs the pages of a browser in. */
export async function logIn(
  context: BrowserContext,
  { url, socket }: BridgeAccess,
  role: Role = 'operator',
): Promise<void> {
  const { origin } = new URL(url);
  const cookie = await browserCookie({ url: origin, ...(socket !== undefined && { socket }) }, role);
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
  await context.addCookies([{ name: name!, value: value!, url: origin, httpOnly: true, sameSite: 'Strict' }]);
}

/** Reads below /api/v1. */
export async function askOf<T>({ url, socket }: BridgeAccess, path: string): Promise<T> {
  const way = { url: new URL(url).origin, ...(socket !== undefined && { socket }) };
  return (await askBridge(way, path)).body as T;
}
