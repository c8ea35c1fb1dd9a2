// `rtprobe doctor`: which settings of a machine make latencies longer, and what to do.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { createLog, judgeFacts } from '@rtprobe/bridge';
import type { Doctor } from '@rtprobe/protocol';
import { Command, Option } from 'commander';
import { askBridge } from '../access/client.ts';
import { hostOf } from '../access/host.ts';
import { type AccessFlags, accessOf, withAccessOptions } from '../access/options.ts';
import { act } from '../act.ts';
import { CliError } from '../errors.ts';
import { EXIT_NOT_JUDGED, EXIT_PROBLEM } from '../exit.ts';
import { localAgent } from '../serve/serve.ts';
import { doctorLines, hasProblem } from './lines.ts';

const OUTPUT_MAX = 4 * 1024 * 1024;
const STDIN = 0;

interface Flags extends AccessFlags {
  readonly facts?: string;
  readonly host?: string;
  readonly task?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Returns what the agent of this machine collects. */
async function collect(): Promise<string> {
  const agent = await localAgent();
  try {
    const { stdout } = await promisify(execFile)(agent, ['--doctor'], { maxBuffer: OUTPUT_MAX });
    return stdout;
  } catch (error) {
    const todo = 'install rtprobe-agent of this release, or name a file with --facts';
    throw new CliError('E_AGENT', `${agent} --doctor failed: ${(error as Error).message.trim()}`, todo);
  }
}

function readFile(file: string): string {
  try {
    return readFileSync(file === '-' ? STDIN : file, 'utf8');
  } catch (error) {
    const todo = 'make it on the machine: sudo rtprobectl doctor --json >FILE';
    throw new CliError('E_NO_FILE', `${file} cannot be read: ${(error as Error).message}`, todo);
  }
}

/** @param asksBridge an option names the bridge */
async function judged({ facts, host: name, task, ...flags }: Flags, asksBridge: boolean): Promise<Doctor> {
  if (name !== undefined || asksBridge) {
    const access = accessOf(flags);
    const { host } = await hostOf(access, name);
    const query = new URLSearchParams({ host, ...(task !== undefined && { task }) });
    return (await askBridge(access, `/doctor?${query}`)).body as Doctor;
  }
  return judgeFacts(facts === undefined ? await collect() : readFile(facts), createLog(), task);
}

export function doctorCommand(): Command {
  return withAccessOptions(
    new Command('doctor')
      .description('check the settings of a machine that make latencies longer, and say what to do')
      .addOption(
        new Option(
          '--facts <file>',
          'what "rtprobectl doctor --json" printed there; - is standard input',
        ).conflicts(['host', 'url', 'socket', 'sessionFile']),
      )
      .option(
        '--host <name>',
        'a host of the running bridge; else its only one, or without a bridge this machine',
      )
      .option('--task <name>', "the application's task; else the real-time task with the highest priority")
      .option('--all', 'also what is in order, with its evidence')
      .option('--json', 'as JSON'),
  ).action((flags: Flags, command: Command) =>
    act(
      async () => {
        const given = (option: string) => command.getOptionValueSource(option) === 'cli';
        const doctor = await judged(flags, ['url', 'socket', 'sessionFile'].some(given));
        console.log(
          flags.json
            ? JSON.stringify(doctor)
            : doctorLines(doctor, flags.all ?? false, flags.task).join('\n'),
        );
        return hasProblem(doctor) ? EXIT_PROBLEM : 0;
      },
      { failure: EXIT_NOT_JUDGED },
    ),
  );
}
