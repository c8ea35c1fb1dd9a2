import { join } from 'node:path';
import { type Bridge, EXPORT_LIMITS } from '@rtprobe/bridge';
import type { BootedGuest, KernelName } from '@rtprobe/lab';
import { Command, Option } from 'commander';
import { controlSocket, keyFileIn } from '../access/paths.ts';
import { act } from '../act.ts';
import { dataFolder } from '../data-folder.ts';
import { CliError } from '../errors.ts';
import {
  age,
  cpusOption,
  exportSize,
  integer,
  kernelOption,
  level,
  memoryOption,
  origin,
  recordingsSize,
  size,
  speed,
} from '../options.ts';
import { progressReporter } from '../report.ts';
import { hasDisplay } from './browser.ts';
import { demoSource } from './demo.ts';
import { resolveSource, type ServeOptions, serve } from './serve.ts';
import { type Address, collectSources, parseListen, type SourceWord } from './source.ts';

interface ServeFlags {
  readonly listen: Address;
  readonly record?: string;
  readonly data: string;
  readonly recordings?: string;
  readonly recordingsSize?: number;
  /** False with --no-history. */
  readonly history: boolean;
  readonly historySize?: number;
  readonly historyAge?: number;
  readonly exportDir?: string;
  readonly exportAbove?: number;
  readonly exportSize?: number;
  readonly exportCount?: number;
  readonly speed: number;
  readonly open?: boolean;
  readonly json?: boolean;
  readonly origin?: readonly string[];
  readonly tokenFile?: string;
  readonly socket?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly insecureHttp?: boolean;
  readonly behindProxy?: boolean;
}

const DEFAULT_LISTEN = '127.0.0.1:9154';

function withServeOptions(command: Command): Command {
  const listen = new Option('--listen <host:port>', 'address of the dashboard').argParser(parseListen);
  return command
    .addOption(listen.default(parseListen(DEFAULT_LISTEN), DEFAULT_LISTEN))
    .option(
      '--record <file>',
      'also save the stream to a new file, for a replay; needs exactly one live source',
    )
    .option('--data <dir>', 'folder for the history of live hosts', dataFolder())
    .option(
      '--recordings <dir>',
      'folder of recordings that can be opened in the page; default: recordings in the folder of --data',
    )
    .option(
      '--recordings-size <size>',
      'maximum size of that folder, beyond which uploads are refused, such as 500M; default: 4G',
      recordingsSize,
    )
    .option('--no-history', 'store no history on disk')
    .option('--history-size <size>', 'maximum size of the history, such as 500M; default: 2G', size)
    .option('--history-age <age>', 'maximum age of stored data, such as 12h or 30d; default: 365d', age)
    .option('--export-dir <dir>', 'export spikes of live hosts into this folder automatically')
    .option('--export-above <time>', 'only spikes over this value, such as 1ms; default: all', level)
    .option('--export-size <size>', 'maximum size of the folder, such as 500M; default: 1G', exportSize)
    .option(
      '--export-count <n>',
      'maximum number of spikes in the folder; default: 1000',
      integer({ min: 1, max: EXPORT_LIMITS.maxSpikes }),
    )
    .option('--speed <n>', 'speed of a replay: 2 is twice the recorded speed', speed, 1)
    .option(
      '--origin <url>',
      "another address under which browsers reach it, such as a proxy's (repeatable)",
      origin,
    )
    .option(
      '--token-file <file>',
      'key of all sessions, mode 600; default: access.key in the folder of --data',
    )
    .option('--socket <path>', 'unix socket for local programs; default: in the runtime folder')
    .option('--tls-cert <file>', 'certificate in PEM format; serves https')
    .option('--tls-key <file>', 'its private key')
    .option('--insecure-http', 'serve other machines without TLS; anybody on the network can read the data')
    .option('--behind-proxy', 'a proxy with TLS serves other machines; needs --origin')
    .option('--json', 'print the address, one with a login code, port and socket as JSON');
}

function accessOf(flags: ServeFlags): ServeOptions['access'] {
  const { tlsCert: certFile, tlsKey: keyFile, insecureHttp, behindProxy } = flags;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const missing = certFile === undefined ? '--tls-cert' : '--tls-key';
    throw new CliError('E_NO_CERTIFICATE', `${missing} is missing`, 'give both --tls-cert and --tls-key');
  }
  return {
    tokenFile: flags.tokenFile ?? keyFileIn(flags.data),
    controlSocket: flags.socket ?? controlSocket('{port}'),
    ...(certFile !== undefined && keyFile !== undefined && { tls: { certFile, keyFile } }),
    ...(insecureHttp && { insecureHttp }),
    ...(behindProxy && { behindProxy }),
  };
}

function historyOf({ data, historySize, historyAge }: ServeFlags): ServeOptions['history'] {
  return {
    dir: data,
    ...(historySize !== undefined ? { maxBytes: historySize } : {}),
    ...(historyAge !== undefined ? { maxAgeDays: historyAge } : {}),
  };
}

function recordingsOf({
  data,
  recordings,
  recordingsSize: maxBytes,
}: ServeFlags): ServeOptions['recordings'] {
  return { dir: recordings ?? join(data, 'recordings'), ...(maxBytes !== undefined && { maxBytes }) };
}

function exportsOf(flags: ServeFlags): ServeOptions['exports'] {
  const { exportDir, exportAbove, exportSize: maxBytes, exportCount: maxSpikes } = flags;
  if (exportDir === undefined) {
    const alone = (['exportAbove', 'exportSize', 'exportCount'] as const).find(
      (flag) => flags[flag] !== undefined,
    );
    if (alone === undefined) return undefined;
    const word = alone.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
    throw new CliError('E_NO_FOLDER', `--${word} has no effect without a folder`, 'add --export-dir DIR');
  }
  return {
    dir: exportDir,
    ...(exportAbove !== undefined && { aboveNs: exportAbove }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(maxSpikes !== undefined && { maxSpikes }),
  };
}

/** What runs until a signal arrives; stopped in this order. */
class Running {
  #bridge: Bridge | undefined;
  #guest: BootedGuest | undefined;

  /** Stops within the time that a signal leaves: the bridge closes its browsers' connections, then the guest stops. */
  readonly end = async (): Promise<void> => {
    await this.#bridge?.close();
    await this.#guest?.down();
  };

  async serve(words: readonly SourceWord[], flags: ServeFlags, open: boolean): Promise<void> {
    const exports = exportsOf(flags);
    const access = accessOf(flags);
    const sources = await Promise.all(words.map((word) => resolveSource(word, flags.speed)));
    const { listen, record, origin: origins = [], json = false } = flags;
    this.#bridge = await serve({
      ...{ sources, listen, origins, open, json, access },
      ...(record ? { record } : {}),
      recordings: recordingsOf(flags),
      ...(flags.history ? { history: historyOf(flags) } : {}),
      ...(exports ? { exports } : {}),
    });
  }

  /** Owns the guest: if it dies, this process exits. */
  own(guest: BootedGuest): Promise<never> {
    this.#guest = guest;
    return new Promise((_, reject) => guest.onLost(reject));
  }
}

const forever = new Promise<never>(() => {});

function serveCommand(): Command {
  return withServeOptions(new Command('serve'))
    .description('show hosts in the browser')
    .option(
      '--source <word>',
      'agent, lab[:NAME], unix:PATH, ssh:[USER@]HOST or replay:FILE; agent=NAME, unix:PATH=NAME and ssh:HOST=NAME name the host (required, repeatable)',
      collectSources,
    )
    .option('--open', 'open the browser')
    .action(({ source = [], ...flags }: ServeFlags & { source?: SourceWord[] }) => {
      const running = new Running();
      return act(
        async () => {
          if (source.length === 0) {
            throw new CliError(
              'E_NO_SOURCE',
              'no source named',
              'add --source agent, or --source lab; --help lists all',
            );
          }
          await running.serve(source, flags, flags.open ?? false);
          return forever;
        },
        { onSignal: running.end },
      );
    });
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
  return [demoCommand(), serveCommand()];
}
