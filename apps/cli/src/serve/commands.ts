// `rtprobe serve`, `rtprobe demo` and `rtprobe check-config`.
import type { KernelName } from '@rtprobe/lab';
import { Command } from 'commander';
import { act } from '../act.ts';
import { EXIT_FAILED } from '../exit.ts';
import { cpusOption, kernelOption, memoryOption } from '../options.ts';
import { prepareSources } from '../prepare/prepare.ts';
import { progressReporter } from '../report.ts';
import { hasDisplay } from './browser.ts';
import { checkConfig, readFlags } from './check.ts';
import { CONFIG_FILE, exampleConfig } from './config-file.ts';
import { demoSource } from './demo.ts';
import { type ServeFlags, withServeOptions } from './flags.ts';
import { notifySystemd, startWatchdog } from './notify.ts';
import { Running } from './running.ts';
import { collectSources } from './source.ts';

const forever = new Promise<never>(() => {});

export function serveCommand(): Command {
  const command: Command = withServeOptions(new Command('serve'))
    .description('show hosts in the browser')
    .option(
      '--source <word>',
      'agent, lab[:NAME], unix:PATH, ssh:[USER@]HOST or replay:FILE; agent=NAME, unix:PATH=NAME and ssh:HOST=NAME name the host (required, repeatable)',
      collectSources,
    )
    .option('--open', 'open the browser')
    .option('--prepare', 'first copy the agent to each ssh source where it is missing, after asking')
    .option('--install-module', 'with --prepare: build, install and load the module there if it is missing')
    .option('-y, --yes', 'with --prepare: do not ask')
    .option(
      '--config <file>',
      'read options from a file, which SIGHUP reads again; those given here have priority',
    )
    .action(() => {
      const running = new Running();
      const read = () => readFlags(command);
      return act(
        async () => {
          const { source, ...flags } = read();
          await prepareSources(source, flags);
          await running.serve(source, flags, flags.open ?? false);
          await notifySystemd('READY=1');
          startWatchdog();
          return forever;
        },
        {
          onSignal: running.end,
          ...(command.getOptionValue('config') !== undefined && { onHangup: () => running.reload(read) }),
        },
      );
    });
  return command;
}

function checkConfigCommand(): Command {
  return new Command('check-config')
    .description('check a file with options of serve; prints what is wrong with its line and word')
    .argument('[file]', 'the file', CONFIG_FILE)
    .option('--example', 'print a file with every option, its meaning and its default')
    .option('--json', 'print the result as JSON')
    .action((file: string, { example, json }: { example?: boolean; json?: boolean }) =>
      act(async () => {
        if (example) {
          process.stdout.write(exampleConfig(serveCommand()));
          return 0;
        }
        return checkConfig(file, serveCommand(), json ?? false) ? 0 : EXIT_FAILED;
      }),
    );
}

function demoCommand(): Command {
  return withServeOptions(new Command('demo'))
    .description(
      'show the local machine if the module is loaded here, otherwise a lab guest with a changing load',
    )
    .option('--replay <file>', 'show a recording instead')
    .option('--no-open', 'do not open the browser')
    .addOption(kernelOption())
    .addOption(cpusOption())
    .addOption(memoryOption())
    .action((flags: ServeFlags & { replay?: string; kernel: KernelName; cpus: number; memory: number }) => {
      const running = new Running();
      return act(
        async () => {
          const { source, guest, furnished } = await demoSource({
            kernel: flags.kernel,
            cpus: flags.cpus,
            memoryMiB: flags.memory,
            onProgress: progressReporter(),
            ...(flags.replay ? { replay: flags.replay } : {}),
          });
          const lost = guest ? running.own(guest) : forever;
          await running.serve([source], flags, (flags.open ?? true) && hasDisplay());
          await Promise.race([furnished, lost]);
          return lost;
        },
        { onSignal: running.end },
      );
    });
}

export function serveCommands(): Command[] {
  return [demoCommand(), serveCommand(), checkConfigCommand()];
}
