// Runs `rtprobe demo` in a process of its own, for pictures of live data.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Starts the demo and waits for the line of JSON with its address. */
export async function startDemo(): Promise<{ url: string; socket: string; child: ChildProcess }> {
  const child = spawn(
    process.execPath,
    ['apps/cli/src/main.ts', 'demo', '--no-open', '--no-history', '--json', '--listen', '127.0.0.1:0'],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    return { ...(JSON.parse(line) as { url: string; socket: string }), child };
  }
  throw new Error('the demo exited before it printed its address');
}
