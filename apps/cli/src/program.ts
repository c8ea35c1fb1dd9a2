import { Command, type CommanderError } from 'commander';
import { EXIT_CODES, EXIT_USAGE } from './exit.ts';
import { exportCommand } from './export/command.ts';
import { historyCommands } from './history/commands.ts';
import { labCommands } from './lab/commands.ts';
import { loginCommand } from './login/command.ts';
import { screenshotCommand } from './screenshot/command.ts';
import { serveCommands } from './serve/commands.ts';
import { VERSION } from './version.ts';

function exitCodeHelp(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`);
  return `\nExit codes:\n${rows.join('\n')}`;
}

/** Commander ends with 1 on a wrong command line; ours is 2, as everywhere in Unix. */
function exitAsUsage(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
}

function overrideExits(command: Command): void {
  command.exitOverride(exitAsUsage);
  for (const sub of command.commands) overrideExits(sub);
}

/** The whole command line; running it is up to the caller. */
export function buildProgram(): Command {
  const program = new Command('rtprobe')
    .description('Which interrupt and which process just cost a deadline? Live, on stock Linux kernels.')
    .showHelpAfterError('(--help tells what there is)')
    .addHelpText('after', exitCodeHelp())
    .version(VERSION)
    .addCommand(labCommands())
    .addCommand(loginCommand())
    .addCommand(exportCommand())
    .addCommand(screenshotCommand())
    .addCommand(historyCommands());
  for (const command of serveCommands()) program.addCommand(command);
  overrideExits(program);
  return program;
}
