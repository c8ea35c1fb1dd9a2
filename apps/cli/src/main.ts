#!/usr/bin/env node
import { KERNEL_NAMES, type KernelName, LIMITS } from '@rtprobe/lab';
import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT_LAB_RUN } from './exit.ts';
import { labRun } from './lab/run.ts';
import { describeError, progressReporter } from './report.ts';
import { exitOnSignals } from './signals.ts';

function integer(limits: { min: number; max: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= limits.min && value <= limits.max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${limits.min} to ${limits.max}.`);
  };
}
const collect = (value: string, all: string[]): string[] => [...all, value];

const program = new Command('rtprobe').description('Which interrupt and which process just cost a deadline?');
const lab = program.command('lab').description('real kernels under QEMU');
lab
  .command('run')
  .description('boot a guest, run a command in it as root, exit with its code')
  .addOption(new Option('--kernel <name>', 'which kernel').choices(KERNEL_NAMES).default('6.12-rt'))
  .option('--cpus <n>', 'CPUs', integer(LIMITS.cpus), 2)
  .option('--memory <MiB>', 'memory', integer(LIMITS.memoryMiB), 1024)
  .option('--copy <path>', 'file or folder to copy into the working directory', collect, [])
  .option('--no-module', 'do not build and load rtprobe.ko')
  .option('--param <name=value>', 'module parameter', collect, [])
  .argument('<command...>')
  .action(async (command: string[], options) => {
    exitOnSignals();
    try {
      process.exitCode = await labRun(command, {
        kernel: options.kernel as KernelName,
        cpus: options.cpus,
        memoryMiB: options.memory,
        copy: options.copy,
        module: options.module,
        params: options.param,
        onProgress: progressReporter(),
      });
    } catch (error) {
      console.error(describeError(error));
      process.exitCode = EXIT_LAB_RUN;
    }
    process.exit();
  });
await program.parseAsync();
