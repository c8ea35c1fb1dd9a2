import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UploadState } from '@rtprobe/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Harness, startHarness, temporaryFolder } from '../../tests/harness.ts';
import { PIECE_MAX } from './uploads.ts';

const real = readFileSync(join(import.meta.dirname, '../../tests/fixtures/6.12-rt.rec.bin'));
const MAX_BYTES = 1024 * 1024;

let dir: string;
let harness: Harness;
const start = async () => {
  harness = await startHarness({ recordings: { dir, maxBytes: MAX_BYTES } });
};
beforeEach(() => {
  dir = join(temporaryFolder(), 'recordings');
});
afterEach(async () => {
  await harness.close();
  rmSync(join(dir, '..'), { recursive: true, force: true });
});

const begin = (file: string, bytes = real.length) =>
  harness.post('/api/v1/recordings/uploads', { file, bytes });
const begun = async (file: string, bytes?: number) =>
  (await begin(file, bytes)).body as unknown as UploadState;

async function send(upload: number, offset: number, piece: Uint8Array, headers: object = {}) {
  const response = await fetch(`${harness.bridge.url}/api/v1/recordings/uploads/${upload}?offset=${offset}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${harness.token}`,
      'content-type': 'application/octet-stream',
      ...headers,
    },
    body: Buffer.from(piece),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

it('puts a file into the folder that arrived in pieces, and opens it', async () => {
  await start();
  const { upload, pieceBytes } = await begun('of a colleague.rec');
  expect(pieceBytes).toBe(PIECE_MAX);
  expect(await send(upload, 0, real.subarray(0, 200_000))).toMatchObject({
    status: 200,
    body: { received: 200_000, bytes: real.length },
  });
  expect((await harness.get('/api/v1/recordings')).body).toMatchObject({ recordings: [] });
  expect((await send(upload, 200_000, real.subarray(200_000))).body).toMatchObject({
    received: real.length,
    recording: { file: 'of a colleague.rec', recordedHost: 'lab', bytes: real.length },
  });
  expect(readdirSync(dir)).toEqual(['of a colleague.rec']);
  expect(readFileSync(join(dir, 'of a colleague.rec'))).toEqual(real);
  expect((await harness.post('/api/v1/recordings/open', { file: 'of a colleague.rec' })).status).toBe(200);
});

it('refuses a file that is no recording with its first piece, and one that cannot be opened with its last', async () => {
  await start();
  const foreign = await begun('foreign.rec', 5_000);
  expect(await send(foreign.upload, 0, Buffer.alloc(1000))).toMatchObject({
    status: 422,
    body: { error: { code: 'E_RECORD_FOREIGN' } },
  });
  const later = Buffer.concat([real.subarray(0, 8), Buffer.from([9, 0, 0, 0]), real.subarray(12, 1000)]);
  const version = await begun('later.rec', later.length);
  expect(await send(version.upload, 0, later)).toMatchObject({
    status: 422,
    body: { error: { code: 'E_RECORD_VERSION', message: expect.not.stringContaining(dir) } },
  });
  const empty = await begun('empty.rec', 300);
  expect(await send(empty.upload, 0, real.subarray(0, 300))).toMatchObject({
    body: { error: { code: 'E_RECORD_EMPTY' } },
  });
  expect(readdirSync(dir)).toEqual([]);
});

it('accepts a truncated file, and says so', async () => {
  await start();
  const { upload } = await begun('cut.rec', real.length - 1000);
  expect((await send(upload, 0, real.subarray(0, -1000))).body).toMatchObject({
    recording: { truncated: true },
  });
});

it('refuses a file that the folder has no room for, a taken name, and a name that is no name of a file', async () => {
  await start();
  expect(await begin('large.rec', MAX_BYTES + 1)).toMatchObject({
    status: 413,
    body: { error: { code: 'E_RECORD_LARGE', message: expect.stringContaining('--recordings-size') } },
  });
  await begun('one.rec');
  // The room of an upload is taken when it begins.
  expect((await begin('two.rec')).status).toBe(200);
  expect(await begin('three.rec')).toMatchObject({ body: { error: { code: 'E_RECORD_LARGE' } } });
  expect(await begin('one.rec')).toMatchObject({ status: 409, body: { error: { code: 'E_RECORD_EXISTS' } } });
  for (const name of ['../up.rec', '.hidden', 'a/b', 'x'.repeat(57), 'a\u0000b', 'a\u202eb']) {
    expect(await begin(name, 100)).toMatchObject({ status: 400, body: { error: { code: 'E_RECORD_NAME' } } });
  }
  expect((await begin('录制-7.rec', 100)).status).toBe(200);
});

it('takes pieces in their order only, and forgets a cancelled upload', async () => {
  await start();
  const { upload } = await begun('a.rec');
  const refused = { status: 409, body: { error: { code: 'E_UPLOAD_OFFSET' } } };
  expect(await send(upload, 100, real.subarray(100, 200))).toMatchObject(refused);
  await send(upload, 0, real.subarray(0, 100));
  expect(await send(upload, 0, real.subarray(0, 100))).toMatchObject(refused);
  expect(await send(upload, 100, Buffer.alloc(real.length))).toMatchObject(refused);
  expect((await harness.delete(`/api/v1/recordings/uploads/${upload}`)).status).toBe(200);
  expect(readdirSync(dir)).toEqual([]);
  expect(await send(upload, 100, real.subarray(100, 200))).toMatchObject({
    status: 404,
    body: { error: { code: 'E_UNKNOWN_UPLOAD' } },
  });
});

it('refuses pieces that are too large or not bytes, and viewers', async () => {
  await start();
  const { upload } = await begun('a.rec');
  const body = { error: { code: 'E_BODY' } };
  expect(await send(upload, 0, Buffer.alloc(PIECE_MAX + 1))).toMatchObject({ status: 400, body });
  expect(await send(upload, 0, Buffer.from('{}'), { 'content-type': 'application/json' })).toMatchObject({
    body,
  });
  expect(await send(upload, 0, real, { 'content-type': 'text/plain' })).toMatchObject({
    body: { error: { code: 'E_CSRF' } },
  });
  const authorization = `Bearer ${harness.bridge.createToken('viewer')}`;
  expect(await send(upload, 0, real, { authorization })).toMatchObject({ status: 403 });
  expect((await send(upload, 0, real)).status).toBe(200);
});

it('removes what an earlier bridge left of an upload', async () => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, '.upload-1-1'), 'half');
  await start();
  expect(readdirSync(dir)).toEqual([]);
});
