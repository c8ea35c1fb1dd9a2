// The reader thread. It is separate so that a long read delays neither live data nor writing.
import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from '../store/database.ts';
import type { FromThread, ToReader } from '../threads/messages.ts';
import { toFailure } from '../threads/thread.ts';
import { answerRead } from './answers.ts';

const port = parentPort!;
const post = (message: FromThread): void => port.postMessage(message);

try {
  const db = openReader((workerData as { dir: string }).dir);
  port.on('message', (message: ToReader) => {
    if (message.type === 'close') {
      db.close();
      port.close();
      return;
    }
    try {
      post({ type: 'answer', id: message.id, value: answerRead(db, message.request) });
    } catch (error) {
      post({ type: 'answer', id: message.id, failed: toFailure(error, 'E_DATA_READ') });
    }
  });
  post({ type: 'open' });
} catch (error) {
  post({ type: 'refused', failure: toFailure(error, 'E_DATA_OPEN') });
}
