// Sends the examples of the served OpenAPI document to a bridge, as a reader of the document would.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import type { Router } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, silent, startHarness, temporaryFolder } from '../../tests/harness.ts';
import { kernelTrace } from '../../tests/kernel-trace.ts';
import { type AppContext, createApp } from './app.ts';

interface Operation {
  operationId: string;
  parameters?: { name: string; in: 'path' | 'query'; required: boolean; example?: string | number }[];
  requestBody?: { content: Record<string, { example?: object }> };
  responses: Record<string, { content: Record<string, object> }>;
}

interface Document {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, { servers?: { url: string }[] } & Record<string, Operation>>;
}

const dir = temporaryFolder();
const socket = join(dir, 'bridge.sock');
const recording = readFileSync(join(import.meta.dirname, '../../tests/fixtures/6.12-rt.rec.bin'));
const doctorFacts = readFileSync(
  join(import.meta.dirname, '../../tests/fixtures/doctor/6.12-rt.json'),
  'utf8',
);
let harness: Harness;
let document: Document;

const alerts = join(dir, 'alerts.yaml');
writeFileSync(alerts, "channels: [{ name: siren, type: command, command: ['true'] }]");

beforeAll(async () => {
  harness = await startHarness({
    ...{ host: 'cnc-07', history: { dir: join(dir, 'data') }, recordings: { dir: join(dir, 'recordings') } },
    ...{ controlSocket: socket, tokenFile: join(dir, 'access.key') },
    alerts: { file: alerts },
    prepare: (agent) => {
      const machine = '0123456789abcdef'.repeat(2);
      agent.doctor = [doctorFacts, ''];
      agent.helloWords = ` machine-id=${machine} boot-id=01234567-89ab-cdef-0123-456789abcdef`;
    },
  });
  document = (await harness.get('/api/v1/openapi.json')).body as unknown as Document;
});
afterAll(async () => {
  await harness.close();
  rmSync(dir, { recursive: true, force: true });
});

const METHODS = ['get', 'post', 'delete'] as const;

interface Call {
  id: string;
  method: string;
  url: string;
  body: string | Buffer | undefined;
  type: string | undefined;
  accepts: string[];
}

/** Returns the request that the document gives as the example of an operation. */
function callOf(path: string, method: string): Call {
  const item = document.paths[path]!;
  const { operationId, parameters = [], requestBody, responses } = item[method]!;
  const [server] = item.servers ?? document.servers;
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: where, required, example } of parameters) {
    if (example === undefined) expect(required, `${operationId}: ${name} has no example`).toBe(false);
    else if (where === 'path') filled = filled.replace(`{${name}}`, String(example));
    else query.set(name, String(example));
  }
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const json = content?.example && JSON.stringify(content.example);
  return {
    ...{ id: operationId, method, type, accepts: Object.keys(responses[200]!.content) },
    url: `${server!.url.replace(/\/$/, '')}${filled}${query.size > 0 ? `?${query}` : ''}`,
    body: type === 'application/octet-stream' ? recording : json,
  };
}

const calls = (): Call[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => callOf(path, method)),
  );

/** Sends a request over the unix socket, where every request is that of an operator. */
function send({ method, url, body, type }: Call): Promise<{ status: number; type: string; text: string }> {
  const headers = { host: 'localhost', ...(type && { 'content-type': type }) };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { socketPath: socket, path: url, method: method.toUpperCase(), headers },
      (answer) => {
        let text = '';
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode!, type: answer.headers['content-type'] ?? '', text }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What others need is made first, and removed last. */
const FIRST = [
  ...['beginUpload', 'addPiece', 'openRecording', 'beginTestRun', 'reportTestRun', 'importTestRun'],
  ...['addRule', 'armRule', 'addExpectation', 'addAnnotation'],
];
const LAST = ['deleteTestRun', 'clearSpikes', 'clearHistograms', 'closeRecording', 'deleteRecording'];
/** Their examples have a code or end the session of the test; the tests of access send them. */
const OF_SESSIONS = ['beginSession', 'getSession', 'endSession', 'endSessions'];

describe('the example', () => {
  it('of every operation is accepted, and answered with a documented type', async () => {
    const { agent } = harness;
    agent.spike({ measure: 2, valueNs: 900_000n, cpu: 0, mode: 2 }, kernelTrace(agent.now));
    await expect.poll(async () => (await harness.get('/api/v1/spikes/7-1/trace')).status).toBe(200);
    await expect
      .poll(async () => (await harness.get('/api/v1/runs')).body)
      .toMatchObject({ runs: [{ id: 1 }] });
    const all = calls().filter(({ id }) => !OF_SESSIONS.includes(id));
    const rank = ({ id }: Call) => (FIRST.includes(id) ? FIRST.indexOf(id) - 100 : LAST.indexOf(id));
    const results: unknown[] = [];
    for (const call of all.toSorted((a, b) => rank(a) - rank(b))) {
      if (call.id === 'cancelUpload')
        await harness.post('/api/v1/recordings/uploads', { file: 'b.rec', bytes: 9 });
      const { status, type, text } = await send(call);
      const isKnown = call.accepts.some((one) => type.startsWith(one.split(';')[0]!));
      if (status !== 200 || !isKnown) results.push([call.id, status, type, text]);
    }
    expect(results).toEqual([]);
    expect(all.length).toBeGreaterThan(45);
  });
});

describe('the document', () => {
  it('is at a stable address, for a session', async () => {
    expect(document.openapi).toMatch(/^3\.1/);
    const response = await fetch(`${harness.bridge.url}/api/v1/openapi.json`);
    expect(response.status).toBe(401);
  });

  it('has the methods of each path that the server has', async () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const call = callOf(path, METHODS.find((method) => item[method])!);
      const { status } = await send({ ...call, method: 'put', type: 'application/json', body: '{}' });
      expect([path, status]).toEqual([path, 405]);
    }
  });

  it('has every path of the server', () => {
    const app = createApp({ hosts: [], identity: {} } as unknown as AppContext, undefined, silent);
    const layers = (router: Router): Router['stack'] =>
      router.stack.flatMap((layer) => {
        const inner = (layer.handle as unknown as Router).stack;
        return inner === undefined ? [layer] : layers({ stack: inner } as Router);
      });
    const paths = layers(app.router as Router).flatMap(({ route }) => (route ? [route.path] : []));
    const documented = Object.keys(document.paths).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
    const known = new Set([...documented, ...documented.map((path) => path.replace(/^\/session\/?/, '/'))]);
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((path) => !known.has(String(path)))).toEqual([]);
  });
});
