// What is done on another machine, and what only a person can do there. Pure: reads and changes nothing.
import { posix } from 'node:path';
import { CliError } from '../errors.ts';
import type { Target } from './target.ts';

export interface Wanted {
  /** What the agent of this bridge prints with --version. */
  readonly agentVersion: string;
  readonly installModule: boolean;
}

export interface Plan {
  /** Folder that the agent is copied to; undefined if it stays. */
  readonly agentFolder: string | undefined;
  readonly buildModule: boolean;
  /** The steps are run by sudo, since the account is not root. */
  readonly sudo: boolean;
  /** What the bridge cannot mend, each with the command that does. */
  readonly notes: readonly { readonly what: string; readonly todo: string }[];
}

const FOLDER = '/usr/local/bin';
/** Folders of the package manager: its files are replaced by its packages only. */
const OF_PACKAGES = /^\/(usr\/)?s?bin\//;
/** Paths that are put into a script as they are. */
const PLAIN = /^\/[\w./-]+$/;

function agentFolder(host: string, { agent }: Target, { agentVersion }: Wanted): string | undefined {
  if (agent?.version === agentVersion) return undefined;
  if (agent === undefined || !PLAIN.test(agent.path)) return FOLDER;
  if (OF_PACKAGES.test(agent.path)) {
    const todo = 'on that machine: sudo apt-get install ./rtprobe-agent_*.deb of this release';
    const what = `${agent.path} on ${host} is "${agent.version}" and belongs to a package`;
    throw new CliError('E_OTHER_VERSION', what, todo);
  }
  return posix.dirname(agent.path);
}

/** Returns what has to be installed to build a module there. */
function missingToBuild({
  headers,
  missing,
  kernel,
  debian,
}: Target): { what: string; todo: string } | undefined {
  const parts = [...missing, ...(headers ? [] : [`the headers of ${kernel}`])];
  if (parts.length === 0) return undefined;
  const packages = [
    ...(missing.length > 0 ? ['build-essential'] : []),
    ...(headers ? [] : [`linux-headers-${kernel}`]),
  ];
  const todo = debian ? `sudo apt-get install ${packages.join(' ')}` : `install there: ${parts.join(', ')}`;
  return { what: `a module cannot be built there: it lacks ${parts.join(', ')}`, todo };
}

function moduleNotes(target: Target): { what: string; todo: string }[] {
  const { loaded, installed, locked } = target;
  if (loaded !== undefined) return [];
  if (installed !== undefined) return [{ what: 'the module is not loaded', todo: 'sudo rtprobectl load' }];
  const signed = locked
    ? [
        {
          what: 'the kernel accepts signed modules only',
          todo: 'see "Sign the module" in docs/how-to/install.md',
        },
      ]
    : [];
  const build = missingToBuild(target);
  const todo = build?.todo ?? 'add --install-module, which builds and loads it there';
  return [{ what: `the module is not installed${build ? `; ${build.what}` : ''}`, todo }, ...signed];
}

/** Throws E_REMOTE_RIGHTS, E_REMOTE_BUILD or E_OTHER_VERSION if what is wanted is impossible there. */
export function planFor(host: string, target: Target, wanted: Wanted): Plan {
  const folder = agentFolder(host, target, wanted);
  const buildModule = wanted.installModule && target.loaded === undefined && target.installed === undefined;
  const build = missingToBuild(target);
  if (buildModule && build)
    throw new CliError('E_REMOTE_BUILD', `${host}: ${build.what}`, `there: ${build.todo}`);
  const isRoot = target.uid === 0;
  if (!isRoot && !target.sudo && (folder !== undefined || buildModule)) {
    const todo = `use --source ssh:root@${host.replace(/^.*@/, '')}, or let the account use sudo without a password`;
    throw new CliError('E_REMOTE_RIGHTS', `the account of ${host} is neither root nor may it use sudo`, todo);
  }
  const mayNot = {
    what: 'the agent lacks CAP_NET_ADMIN for this account',
    todo: `sudo setcap cap_net_admin=ep ${target.agent?.path}`,
  };
  const notes = [
    ...(folder === undefined && target.agent?.isAllowed === false ? [mayNot] : []),
    ...(buildModule ? [] : moduleNotes(target)),
  ];
  return { agentFolder: folder, buildModule, sudo: !isRoot, notes };
}
