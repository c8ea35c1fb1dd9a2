import { Command, type CommanderError } from 'commander';
import { doctorCommand } from './doctor/command.ts';
import { EXIT_CODES, EXIT_USAGE } from './exit.ts';
import { exportCommand } from './export/command.ts';
import { historyCommands } from './history/commands.ts';
import { kioskCommand } from './kiosk/command.ts';
import { labCommands } from './lab/commands.ts';
import { loginCommand } from './login/command.ts';
import { presetCommand } from './preset/command.ts';
import { observeCommand, reportCommand, runCommand, runsCommands } from './runs/commands.ts';
import { compareCommand } from './runs/compare.ts';
import { screenshotCommand } from './screenshot/command.ts';
import { serveCommands } from './serve/commands.ts';
import { VERSION } from './version.ts';

function exitCodeHelp(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`);
  return `\nExit codes:\n${rows.join('\n')}`;
}

/** Exits with 2 on a wrong command line, as Unix commands do; Commander's own code is 1. */
function exitAsUsage(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
}

function overrideExits(command: Command): void {
  command.exitOverride(exitAsUsage);
  for (const sub of command.commands) overrideExits(sub);
}

/** Builds the whole command line; the caller runs it. */
export function buildProgram(): Command {
  const program = new Command('rtprobe')
    .description('Show which interrupt and which process cost a deadline, live, on stock Linux kernels.')
    .showHelpAfterError('(see --help for commands and options)')
    .addHelpText('after', exitCodeHelp())
    .version(VERSION)
    .addCommand(labCommands())
    .addCommand(loginCommand())
    .addCommand(presetCommand())
    .addCommand(doctorCommand())
    .addCommand(exportCommand())
    .addCommand(screenshotCommand())
    .addCommand(kioskCommand())
    .addCommand(historyCommands())
    .addCommand(runCommand())
    .addCommand(observeCommand())
    .addCommand(runsCommands())
    .addCommand(compareCommand())
    .addCommand(reportCommand());
  for (const command of serveCommands()) program.addCommand(command);
  overrideExits(program);
  return program;
}
