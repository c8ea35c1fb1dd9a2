// `rtprobe login`: sessions for browsers and scripts, for users who can open the bridge's unix socket.
import { ROLES, type Role } from '@rtprobe/protocol';
import { Command, Option } from 'commander';
import { askBridge, type BridgeAccess } from '../access/client.ts';
import { accessOf, withSocketOptions } from '../access/options.ts';
import { act } from '../act.ts';
import { CliError } from '../errors.ts';
import { lifetime } from '../options.ts';
import { openPage } from '../serve/browser.ts';

interface Flags {
  readonly url: string;
  readonly socket?: string;
  readonly role: Role;
  readonly open?: boolean;
  readonly token?: boolean;
  readonly lifetime?: number;
  readonly revokeAll?: boolean;
  readonly json?: boolean;
}

interface Code {
  role: Role;
  url: string;
  code: string;
  expiresInMs: number;
}

async function printCode(access: BridgeAccess, { role, open, json }: Flags): Promise<void> {
  const answer = await askBridge(access, '/session/codes', { method: 'POST', body: { role } });
  const made = answer.body as Code;
  if (open) await openPage(made.url);
  if (json) console.log(JSON.stringify(made));
  else if (!open) {
    console.log(`${made.url}\n`);
    console.log(`Open this address, or paste the code into the login page:\n\n  ${made.code}\n`);
    console.log(`It logs in one browser as ${role}, within ${made.expiresInMs / 1000} seconds.`);
  }
}

async function printToken(access: BridgeAccess, { role, lifetime: lifetimeMs, json }: Flags): Promise<void> {
  const body = { role, ...(lifetimeMs !== undefined && { lifetimeMs }) };
  const answer = await askBridge(access, '/session/tokens', { method: 'POST', body });
  const made = answer.body as { token: string; role: Role; expiresAt: number };
  console.log(json ? JSON.stringify(made) : made.token);
  if (json) return;
  const until = new Date(made.expiresAt / 1000).toISOString().slice(0, 16).replace('T', ' ');
  console.error(`rtprobe: a token of a ${role}, valid until ${until} UTC; keep it in a file of mode 600`);
}

async function run(flags: Flags): Promise<number> {
  const access = accessOf(
    { url: flags.url, ...(flags.socket !== undefined && { socket: flags.socket }) },
    {},
  );
  if (flags.lifetime !== undefined && !flags.token) {
    throw new CliError('E_NO_TOKEN', '--lifetime is the lifetime of a token', 'add --token');
  }
  if (flags.revokeAll) {
    await askBridge(access, '/session/all', { method: 'DELETE' });
    const what = 'all sessions and tokens ended; every browser must log in again';
    console.log(flags.json ? JSON.stringify({ revoked: true }) : `rtprobe: ${what}`);
  } else if (flags.token) await printToken(access, flags);
  else await printCode(access, flags);
  return 0;
}

export function loginCommand(): Command {
  return withSocketOptions(new Command('login'))
    .description('log in a browser or a script to a bridge on this machine')
    .addOption(
      new Option('--role <role>', 'viewer can read, operator can also change')
        .choices(ROLES)
        .default('operator'),
    )
    .option('--open', 'open the browser instead of printing the address')
    .option('--token', 'print a token for scripts (Authorization: Bearer TOKEN)')
    .option('--lifetime <age>', 'how long the token is valid, such as 12h or 90d; default: 30d', lifetime)
    .option('--revoke-all', 'renew the key: end all sessions and tokens')
    .option('--json', 'as JSON')
    .action((flags: Flags) => act(() => run(flags)));
}
