// What another machine is and has, read by one script that changes nothing.

import { CliError } from '../errors.ts';
import type { Remote } from './remote.ts';

export interface Target {
  /** As uname -m names it. */
  readonly machine: string;
  readonly kernel: string;
  readonly uid: number;
  /** sudo works without a password. */
  readonly sudo: boolean;
  /** Path and version of the agent that ssh finds; undefined if there is none. */
  readonly agent:
    | { readonly path: string; readonly version: string; readonly isAllowed: boolean }
    | undefined;
  /** Version of the loaded module, "" if it does not say; undefined if none is loaded. */
  readonly loaded: string | undefined;
  /** Version of the module that is installed for the running kernel. */
  readonly installed: string | undefined;
  readonly headers: boolean;
  /** Missing programs of those that build a module. */
  readonly missing: readonly string[];
  readonly debian: boolean;
  /** The kernel accepts signed modules only. */
  readonly locked: boolean;
}

const MARK = 'rtprobe-target';
/** Input of the agent is empty, so it ends at once: with 0 if it may use netlink. */
const SCRIPT = `
echo ${MARK}
echo machine=$(uname -m)
echo kernel=$(uname -r)
echo uid=$(id -u)
sudo -n true 2>/dev/null && echo sudo=yes
agent=$(command -v rtprobe-agent) && {
	echo agent=$agent
	echo version=$($agent --version 2>/dev/null </dev/null)
	$agent </dev/null >/dev/null 2>&1 && echo allowed=yes
}
test -d /sys/module/rtprobe && echo loaded=$(cat /sys/module/rtprobe/version 2>/dev/null)
PATH=$PATH:/usr/sbin:/sbin
installed=$(modinfo -F version rtprobe 2>/dev/null) && echo installed=$installed
test -e /lib/modules/$(uname -r)/build/Makefile && echo headers=yes
for each in make gcc; do command -v $each >/dev/null || echo missing=$each; done
command -v dpkg >/dev/null && echo debian=yes
grep -q "\\[none\\]" /sys/kernel/security/lockdown 2>/dev/null || ! test -e /sys/kernel/security/lockdown || echo locked=yes
true
`;

export function parseTarget(output: string): Target | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  const begin = lines.indexOf(MARK);
  if (begin < 0) return undefined;
  const pairs = lines.slice(begin + 1).flatMap((line) => {
    const [, name, value] = /^([a-z]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value!] as const];
  });
  const values = new Map(pairs);
  const [machine, kernel, uid] = ['machine', 'kernel', 'uid'].map((name) => values.get(name));
  if (!machine || !kernel || !/^\d+$/.test(uid ?? '')) return undefined;
  const path = values.get('agent');
  return {
    ...{ machine, kernel, uid: Number(uid), sudo: values.has('sudo') },
    agent:
      path === undefined
        ? undefined
        : { path, version: values.get('version') ?? '', isAllowed: values.has('allowed') },
    ...{ loaded: values.get('loaded'), installed: values.get('installed'), headers: values.has('headers') },
    missing: pairs.filter(([name]) => name === 'missing').map(([, program]) => program),
    ...{ debian: values.has('debian'), locked: values.has('locked') },
  };
}

/** Rejects with E_REMOTE. */
export async function readTarget(remote: Remote): Promise<Target> {
  const { output, words } = await remote.run(SCRIPT);
  const target = parseTarget(output);
  if (target) return target;
  const said = words.trim().split('\n').at(-1) ?? '';
  const todo = `the account needs a shell; a key that runs only the agent cannot be prepared`;
  throw new CliError(
    'E_REMOTE',
    `${remote.host} does not run a shell script${said ? `: ${said}` : ''}`,
    todo,
  );
}
