// `rtprobe doctor`: which settings of a machine make latencies longer, and what to do.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { createLog, judgeFacts } from '@rtprobe/bridge';
import type { Doctor } from '@rtprobe/protocol';
import { Command, Option } from 'commander';
import { askBridge } from '../access/client.ts';
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

async function judged({ facts, host, task, ...flags }: Flags): Promise<Doctor> {
  if (host !== undefined) {
    const query = new URLSearchParams({ host, ...(task !== undefined && { task }) });
    return (await askBridge(accessOf(flags), `/doctor?${query}`)).body as Doctor;
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
        ).conflicts('host'),
      )
      .option('--host <name>', 'a host of the running bridge; else this machine')
      .option('--task <name>', "the application's task; else the real-time task with the highest priority")
      .option('--all', 'also what is in order, with its evidence')
      .option('--json', 'as JSON'),
  ).action((flags: Flags) =>
    act(
      async () => {
        const doctor = await judged(flags);
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
