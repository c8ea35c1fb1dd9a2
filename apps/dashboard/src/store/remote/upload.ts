// Sends a file to the bridge piece by piece, so that a slow line needs no long request and a page can show progress.
import type { RecordingFile, UploadState } from '@rtprobe/protocol';
import type { Changes } from './changes.ts';
import { remoteError } from './remote.ts';

/** Wait after the bridge refused a piece because the session sends too many requests. */
const RATE_WAIT_MS = 2000;

const UPLOADS = '/recordings/uploads';

/** What a browser's File has. */
export interface FileLike {
  readonly name: string;
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

interface Parts {
  readonly changes: Pick<Changes, 'make'>;
  /** Called with the bytes that have arrived. */
  progress(received: number): void;
  readonly signal: AbortSignal;
  wait?(ms: number): Promise<void>;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Returns the file as the bridge lists it; undefined if the person cancelled. Throws a RemoteError. */
export async function uploadFile(file: FileLike, parts: Parts): Promise<RecordingFile | undefined> {
  const { changes, progress, signal, wait = sleep } = parts;
  const body = { file: file.name, bytes: file.size };
  let state = await changes.make<UploadState>({ method: 'POST', path: UPLOADS, body });
  const path = `${UPLOADS}/${state.upload}`;
  while (state.recording === undefined) {
    if (signal.aborted) {
      await changes.make({ method: 'DELETE', path });
      return undefined;
    }
    const { received: offset, pieceBytes } = state;
    const bytes = new Uint8Array(await file.slice(offset, offset + pieceBytes).arrayBuffer());
    try {
      state = await changes.make<UploadState>({ method: 'POST', path, query: { offset }, bytes });
      progress(state.received);
    } catch (error) {
      if (remoteError(error).code !== 'E_RATE_LIMIT') throw error;
      await wait(RATE_WAIT_MS);
    }
  }
  return state.recording;
}
