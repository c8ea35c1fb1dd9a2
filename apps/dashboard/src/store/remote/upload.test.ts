import type { UploadState } from '@rtprobe/protocol';
import { expect, it } from 'vitest';
import { type ChangeRequest, RemoteError } from './remote.ts';
import { uploadFile } from './upload.ts';

const file = {
  name: 'a.rec',
  size: 25,
  slice: (from: number, to: number) => ({
    arrayBuffer: async () => new Uint8Array(Math.min(to, 25) - from).fill(from).buffer as ArrayBuffer,
  }),
};
const recording = { file: 'a.rec', bytes: 25 };

/** A bridge that takes pieces of ten bytes. */
function bridge(refuse?: RemoteError) {
  const requests: ChangeRequest[] = [];
  let refused = refuse;
  return {
    requests,
    make: async <T>(request: ChangeRequest): Promise<T> => {
      requests.push(request);
      const isPiece = request.bytes !== undefined;
      if (isPiece && refused !== undefined) {
        const error = refused;
        refused = undefined;
        throw error;
      }
      const received = isPiece ? Number(request.query!.offset) + request.bytes!.length : 0;
      const state: UploadState = { upload: 3, file: 'a.rec', bytes: 25, received, pieceBytes: 10 };
      return (received === 25 ? { ...state, recording } : state) as T;
    },
  };
}

it('sends a file in pieces and reports what has arrived', async () => {
  const changes = bridge();
  const seen: number[] = [];
  const progress = (received: number) => seen.push(received);
  const signal = new AbortController().signal;
  expect(await uploadFile(file, { changes, progress, signal })).toEqual(recording);
  expect(seen).toEqual([10, 20, 25]);
  expect(changes.requests.map(({ path, bytes }) => [path, bytes?.length])).toEqual([
    ['/recordings/uploads', undefined],
    ...[10, 10, 5].map((length) => ['/recordings/uploads/3', length]),
  ]);
});

it('sends a piece again that was refused because of too many requests, and stops at any other refusal', async () => {
  const parts = { progress: () => {}, signal: new AbortController().signal, wait: async () => {} };
  const often = bridge(new RemoteError('E_RATE_LIMIT', 'too many requests', undefined));
  expect(await uploadFile(file, { ...parts, changes: often })).toEqual(recording);
  expect(often.requests.map(({ query }) => query?.offset)).toEqual([undefined, 0, 0, 10, 20]);
  const foreign = bridge(new RemoteError('E_RECORD_FOREIGN', 'a.rec is not a recording', undefined));
  await expect(uploadFile(file, { ...parts, changes: foreign })).rejects.toMatchObject({
    code: 'E_RECORD_FOREIGN',
  });
});

it('removes what has arrived when the person cancels', async () => {
  const changes = bridge();
  const cancel = new AbortController();
  const progress = () => cancel.abort();
  expect(await uploadFile(file, { changes, progress, signal: cancel.signal })).toBeUndefined();
  expect(changes.requests.at(-1)).toEqual({ method: 'DELETE', path: '/recordings/uploads/3' });
  expect(changes.requests).toHaveLength(3);
});
