// The writer thread: commits twice a second.
import { parentPort, workerData } from 'node:worker_threads';
import { steadyMicros } from '../../base/clock.ts';
import type { FromThread, ToWriter } from '../threads/messages.ts';
import { toFailure } from '../threads/thread.ts';
import type { Bounds } from './pruner.ts';
import { Writer } from './writer.ts';

const COMMIT_EVERY_MS = 500;

const port = parentPort!;
const post = (message: FromThread): void => port.postMessage(message);

function run(writer: Writer): void {
  const commit = (): void => post(writer.commit(steadyMicros()));
  const timer = setInterval(commit, COMMIT_EVERY_MS);
  port.on('message', (message: ToWriter) => {
    if (message.type === 'message') writer.push(message.message);
    else if (message.type === 'request') answer(writer, message.id, message.request);
    else {
      clearInterval(timer);
      writer.close(steadyMicros());
      port.close();
    }
  });
  post({ type: 'open' });
}

function answer(writer: Writer, id: number, request: Parameters<Writer['request']>[0]): void {
  try {
    const value = writer.request(request, steadyMicros());
    post(writer.report());
    post({ type: 'answer', id, value });
  } catch (error) {
    post({ type: 'answer', id, failed: toFailure(error, 'E_DATA_WRITE') });
  }
}

try {
  const { dir, bounds } = workerData as { dir: string; bounds: Bounds };
  run(new Writer(dir, bounds));
} catch (error) {
  post({ type: 'refused', failure: toFailure(error, 'E_DATA_OPEN') });
}
