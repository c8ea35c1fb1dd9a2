// `rtprobe serve --prepare`: puts the agent, and on request the module, onto the machines that ssh sources name.
import { createInterface } from 'node:readline/promises';
import { CliError } from '../errors.ts';
import { describeError } from '../report.ts';
import type { SourceWord } from '../serve/source.ts';
import { type AgentFile, agentFor, agentVersion } from './agent-file.ts';
import { copyAgent, installModule } from './install.ts';
import { type Plan, planFor } from './plan.ts';
import { type Remote, remoteOf } from './remote.ts';
import { readTarget } from './target.ts';

export interface PrepareFlags {
  readonly prepare?: boolean;
  readonly installModule?: boolean;
  readonly yes?: boolean;
}

/** Asks on the terminal. Throws E_PREPARE_ASK if there is none. */
async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new CliError(
      'E_PREPARE_ASK',
      'nobody can be asked: standard input is no terminal',
      'add --yes to agree in advance',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

function stepsOf(
  { agentFolder, buildModule, sudo }: Plan,
  agent: AgentFile | undefined,
  machine: string,
): string[] {
  const how = sudo ? ', with sudo' : '';
  const size = agent === undefined ? '' : `${(agent.bytes.length / 1e6).toFixed(1)} MB, ${machine}`;
  const rights = sudo ? '; its group may run it, with CAP_NET_ADMIN' : '';
  return [
    ...(agentFolder === undefined ? [] : [`copy rtprobe-agent (${size}) to ${agentFolder}${how}${rights}`]),
    ...(buildModule
      ? [`build the module for its kernel, install and load it (make -C kmod install)${how}`]
      : []),
  ];
}

async function prepareHost(
  remote: Remote,
  { installModule: wantsModule = false, yes = false }: PrepareFlags,
): Promise<void> {
  const { host } = remote;
  const say = (text: string) => console.error(`rtprobe: ${host}: ${text}`);
  const target = await readTarget(remote);
  const version = await agentVersion();
  const plan = planFor(host, target, { agentVersion: version, installModule: wantsModule });
  const agent = plan.agentFolder === undefined ? undefined : await agentFor(target.machine);
  if (plan.agentFolder === undefined) say(`${version} is there`);
  const steps = stepsOf(plan, agent, target.machine);
  for (const step of steps) say(`will ${step}`);
  if (steps.length > 0 && !yes && !(await agreed(`Do this on ${host}?`))) {
    say('unchanged');
    return;
  }
  if (agent !== undefined && plan.agentFolder !== undefined) {
    await copyAgent(remote, agent, { folder: plan.agentFolder, sudo: plan.sudo });
    const { agent: found } = await readTarget(remote);
    if (found?.version !== version) {
      const todo = `put ${plan.agentFolder} onto the PATH of ssh there, before other folders with an agent`;
      throw new CliError('E_PREPARE', `${host} does not find the agent that was copied`, todo);
    }
    say(`copied ${version}, sha256 ${agent.digest.slice(0, 16)}…`);
  }
  if (plan.buildModule) {
    say('builds the module…');
    await installModule(remote, plan.sudo);
    say('the module is loaded');
  }
  for (const { what, todo } of plan.notes) say(`${what}\n  → there: ${todo}`);
}

/**
 * Prepares each machine of an ssh source, one after the other. A machine that cannot be reached is reported: the bridge
 * connects to it later. Rejects with a CliError if a machine can be reached and not be prepared.
 */
export async function prepareSources(sources: readonly SourceWord[], flags: PrepareFlags): Promise<void> {
  const hosts = [...new Set(sources.flatMap((each) => (each.kind === 'ssh' ? [each.destination] : [])))];
  if (!flags.prepare) {
    if (flags.installModule)
      throw new CliError('E_PREPARE_ASK', '--install-module belongs to --prepare', 'add --prepare');
    return;
  }
  if (hosts.length === 0)
    throw new CliError('E_NO_SOURCE', '--prepare is for machines over ssh', 'add --source ssh:HOST');
  for (const host of hosts) {
    try {
      await prepareHost(remoteOf(host), flags);
    } catch (error) {
      if (!(error instanceof CliError) || error.code !== 'E_REMOTE') throw error;
      console.error(describeError(error));
    }
  }
}
