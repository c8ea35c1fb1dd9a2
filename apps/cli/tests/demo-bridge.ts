// The demo's guest with a bridge that stores its history, for commands that try the real thing for minutes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BootedGuest, KernelName } from '@rtprobe/lab';
import { askBridge } from '../src/access/client.ts';
import { demoSource } from '../src/serve/demo.ts';
import { resolveSource, serve } from '../src/serve/serve.ts';

export interface DemoBridge {
  readonly guest: BootedGuest;
  /** Sends a request below /api/v1: POST with a body, else GET. */
  ask<T>(path: string, body?: object): Promise<T>;
  /** Returns the guest's time, in µs since 1970. */
  now(): Promise<number>;
}

/** Boots the guest, waits for its load, and ends both afterwards. @throws if rtprobe is loaded on this machine */
export async function withDemo<T>(
  kernel: KernelName,
  onProgress: (text: string) => void,
  use: (demo: DemoBridge) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'rtprobe-demo-'));
  const socket = join(folder, 'control.sock');
  const demo = await demoSource({
    kernel,
    cpus: 2,
    memoryMiB: 512,
    onProgress: ({ step, state }) => state === 'done' && onProgress(step),
  });
  const bridge = await serve({
    sources: [await resolveSource(demo.source, 1)],
    listen: { host: '127.0.0.1', port: 0 },
    origins: [],
    access: { controlSocket: socket, tokenFile: join(folder, 'access.key') },
    history: { dir: join(folder, 'data') },
    open: false,
    json: true,
  });
  try {
    const { guest } = demo;
    if (!guest) throw new Error('rtprobe is loaded on this machine, which the demo would show');
    await demo.furnished;
    const way = { url: new URL(bridge.url).origin, socket };
    return await use({
      guest,
      ask: async <R>(path: string, body?: object) =>
        (await askBridge(way, path, body && { method: 'POST', body })).body as R,
      now: async () => Number(await guest.sh('date +%s%6N')),
    });
  } finally {
    await bridge.close();
    await demo.guest?.down();
    rmSync(folder, { recursive: true, force: true });
  }
}
