// Debian's nats-server on loopback, which tests can kill and start again.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cacheRoot } from '@rtprobe/lab';
import { unpackedPackages } from '../../../packages/lab/src/apt/unpack.ts';
import { silent } from '../../../packages/lab/src/progress.ts';
import { until } from './harness.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Returns the path of the server, unpacked into the cache. */
export async function natsBinary(): Promise<string> {
  const root = await unpackedPackages(join(cacheRoot(), 'tools/nats'), 'bookworm', ['nats-server'], silent);
  return join(root, 'usr/sbin/nats-server');
}

export class NatsServer {
  readonly url: string;
  readonly #binary: string;
  readonly #config: string;
  #child: ChildProcess | undefined;

  private constructor(binary: string, config: string, port: number) {
    this.#binary = binary;
    this.#config = config;
    this.url = `nats://127.0.0.1:${port}`;
  }

  /** `more`: lines of the configuration, such as users. */
  static async create(binary: string, dir: string, more = ''): Promise<NatsServer> {
    mkdirSync(dir, { recursive: true });
    const port = await freePort();
    const config = join(dir, 'nats.conf');
    const store = `jetstream { store_dir: "${dir}/store", max_file: 4GB }`;
    writeFileSync(config, `listen: "127.0.0.1:${port}"\n${store}\n${more}\n`);
    return new NatsServer(binary, config, port);
  }

  async start(): Promise<void> {
    let output = '';
    const child = spawn(this.#binary, ['-c', this.#config], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr!.on('data', (text) => {
      output = (output + text).slice(-20_000);
    });
    this.#child = child;
    await until('nats-server', () => {
      if (child.exitCode !== null) throw new Error(`nats-server ended: ${output}`);
      return output.includes('Server is ready');
    });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }
}
