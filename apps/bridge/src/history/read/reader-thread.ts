// The thread that reads, so that a long look at the past neither holds up the present nor the disk.
import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from '../store/database.ts';
import type { FromThread, ToReader } from '../threads/messages.ts';
import { toFailure } from '../threads/thread.ts';
import { answerRead } from './answers.ts';

const port = parentPort!;
const tell = (message: FromThread): void => port.postMessage(message);

try {
  const db = openReader((workerData as { dir: string }).dir);
  port.on('message', (told: ToReader) => {
    if (told.type === 'close') {
      db.close();
      port.close();
      return;
    }
    try {
      tell({ type: 'answer', id: told.id, value: answerRead(db, told.request) });
    } catch (error) {
      tell({ type: 'answer', id: told.id, failed: toFailure(error, 'E_DATA_READ') });
    }
  });
  tell({ type: 'open' });
} catch (error) {
  tell({ type: 'refused', failure: toFailure(error, 'E_DATA_OPEN') });
}
