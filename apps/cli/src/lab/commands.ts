import { down, type KernelName } from '@rtprobe/lab';
import { Command } from 'commander';
import { act } from '../act.ts';
import { EXIT_WRAPPER } from '../exit.ts';
import {
  assignment,
  collect,
  cpusOption,
  integer,
  kernelOption,
  memoryOption,
  nameOption,
} from '../options.ts';
import { PROGRAM } from '../own-command.ts';
import { progressReporter } from '../report.ts';
import { labModule } from './module.ts';
import { labRun } from './run.ts';
import { labShell } from './shell.ts';
import { describeLab, labStatus } from './status.ts';
import { labUp } from './up.ts';

interface GuestFlags {
  readonly kernel: KernelName;
  readonly cpus: number;
  readonly memory: number;
  readonly module: boolean;
  readonly param?: readonly string[];
  readonly build?: readonly string[];
}

function withGuestOptions(command: Command): Command {
  return command
    .addOption(kernelOption())
    .addOption(cpusOption())
    .addOption(memoryOption())
    .option('--no-module', 'do not build and load rtprobe.ko')
    .option('--param <name=value>', 'parameter for rtprobe.ko (repeatable)', assignment)
    .option(
      '--build <dir>',
      'build a module of yours; its .ko is put into the working directory (repeatable)',
      collect,
    );
}

function guestOptions(flags: GuestFlags) {
  const { kernel, cpus, memory, module, param = [], build = [] } = flags;
  return { kernel, cpus, memoryMiB: memory, module, params: param, build, onProgress: progressReporter() };
}

function runCommand(): Command {
  return withGuestOptions(new Command('run'))
    .description('boot a guest, run a command in it as root, and exit with its code')
    .option('--copy <path>', 'file or folder to copy into the working directory (repeatable)', collect)
    .option('--timeout <s>', 'kill the command after this many seconds', integer({ min: 1, max: 86400 }))
    .argument('<command...>', 'the command, after --')
    .action((command: string[], flags: GuestFlags & { copy?: string[]; timeout?: number }) =>
      act(
        () =>
          labRun(command, {
            ...guestOptions(flags),
            copy: flags.copy ?? [],
            ...(flags.timeout ? { timeout: flags.timeout } : {}),
          }),
        { failure: EXIT_WRAPPER },
      ),
    );
}

function upCommand(): Command {
  return withGuestOptions(new Command('up'))
    .description('boot a guest and leave it running')
    .addOption(nameOption())
    .option('--story', "start the demo's changing load")
    .option('--json', 'print the result as JSON')
    .action((flags: GuestFlags & { name: string; story?: boolean; json?: boolean }) =>
      act(async () => {
        const up = await labUp({ ...guestOptions(flags), name: flags.name, story: flags.story ?? false });
        if (flags.json) console.log(JSON.stringify(up));
        else {
          console.log(`${up.name} runs Linux ${up.release}; its agent responds on ${up.agentSocket}`);
          console.log(`  ${PROGRAM} lab shell · ${PROGRAM} serve --source lab · ${PROGRAM} lab down`);
        }
        return 0;
      }),
    );
}

function statusCommand(): Command {
  return new Command('status')
    .description('list the running guests')
    .option('--json', 'print JSON')
    .action((flags: { json?: boolean }) =>
      act(async () => {
        const labs = labStatus();
        if (flags.json) console.log(JSON.stringify(labs));
        else console.log(labs.length ? labs.map(describeLab).join('\n') : 'no running guests');
        return 0;
      }),
    );
}

function moduleCommand(): Command {
  return new Command('module')
    .description('build an out-of-tree module for a kernel and print the paths of its .ko files')
    .argument('<dir>', 'folder with a Kbuild or Makefile that sets obj-m')
    .addOption(kernelOption('kernel to build for'))
    .option('--json', 'print JSON')
    .action((dir: string, flags: { kernel: KernelName; json?: boolean }) =>
      act(async () => {
        const paths = await labModule(dir, flags.kernel, progressReporter());
        console.log(flags.json ? JSON.stringify(paths) : paths.join('\n'));
        return 0;
      }),
    );
}

export function labCommands(): Command {
  return new Command('lab')
    .description('run stock kernels under QEMU')
    .addCommand(runCommand())
    .addCommand(upCommand())
    .addCommand(
      new Command('shell')
        .description('open a shell in a guest that `lab up` started')
        .addOption(nameOption())
        .action((flags: { name: string }) => act(() => labShell(flags.name))),
    )
    .addCommand(
      new Command('down')
        .description('end a guest')
        .addOption(nameOption())
        .action((flags: { name: string }) =>
          act(async () => {
            down(flags.name);
            return 0;
          }),
        ),
    )
    .addCommand(statusCommand())
    .addCommand(moduleCommand());
}
