import type { HostInfo } from '@rtprobe/protocol';
import { CliError } from '../errors.ts';
import { askBridge, type BridgeAccess } from './client.ts';

/** Returns the named host of a bridge, else its only one. Throws E_NO_HOST if there is none, or several. */
export async function hostOf(access: BridgeAccess, name: string | undefined): Promise<HostInfo> {
  const { hosts } = (await askBridge(access, '/status')).body as { hosts: HostInfo[] };
  const found = name === undefined && hosts.length === 1 ? hosts[0] : hosts.find(({ host }) => host === name);
  if (found) return found;
  const names = hosts.map(({ host }) => host).join(', ') || 'none';
  const why = name === undefined ? 'the bridge has several hosts' : `the bridge has no host "${name}"`;
  throw new CliError('E_NO_HOST', why, `name one with --host: ${names}`);
}
