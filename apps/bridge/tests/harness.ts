// A bridge with a simulated agent, and browsers for it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type FrameHeader,
  FrameKind,
  type FrameRow,
  readFrame,
  type ServerMessage,
  SUBPROTOCOL,
} from '@rtprobe/protocol';
import { WebSocket } from 'ws';
import type { Log } from '../src/base/log.ts';
import { type Route, routes } from '../src/http/routes.ts';
import { type Bridge, type BridgeOptions, startBridge } from '../src/index.ts';
import { SimulatedAgent } from './simulated-agent.ts';

/** Parsed JSON of an answer; a missing field is undefined. */
export interface Json {
  [field: string]: Json;
}

export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Waits until `what` returns a value; fails with `name` after a time limit. */
export async function until<T>(name: string, what: () => T | undefined | false, ms = 8000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const value = what();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`waited ${ms} ms for ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface Frame extends FrameHeader {
  rows: Pick<FrameRow, 'row' | 'count' | 'sum' | 'min' | 'max' | 'none'>[];
  bytes: Buffer;
}

export class Browser {
  readonly messages: ServerMessage[] = [];
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  closed: { code: number; reason: string } | undefined;
  /** Acknowledge every frame, as the dashboard does after drawing. */
  acks = true;
  #host = '';

  private constructor(url: string, options: { origin?: string; headers?: Record<string, string> }) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, SUBPROTOCOL, {
      origin: options.origin ?? new URL(url).origin,
      ...(options.headers && { headers: options.headers }),
    });
    this.socket.on('message', (data: Buffer, isBinary) => this.#take(data, isBinary));
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  static async open(
    url: string,
    options: { origin?: string; headers?: Record<string, string> } = {},
  ): Promise<Browser> {
    const browser = new Browser(url, options);
    await new Promise<void>((resolve, reject) => {
      browser.socket.once('open', () => resolve());
      browser.socket.once('error', reject);
    });
    await browser.next('hello');
    return browser;
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (!isBinary) {
      this.messages.push(JSON.parse(data.toString()) as ServerMessage);
      return;
    }
    const rows: Frame['rows'] = [];
    const header = readFrame(data, {
      begin: () => {},
      row: ({ row, count, sum, min, max, none }) => rows.push({ row, count, sum, min, max, none }),
    });
    this.frames.push({ ...header, rows, bytes: data });
    if (this.acks) this.send({ type: 'ack', host: this.#host, seq: header.seq });
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(host: string, rate = 20): void {
    this.#host = host;
    this.send({ type: 'subscribe', host, rate });
  }

  /** Waits for the next message of a type, and returns the newest. */
  next<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>> {
    return until(`a message ${type}`, () => this.last(type));
  }

  last<T extends ServerMessage['type']>(type: T): Extract<ServerMessage, { type: T }> | undefined {
    return this.messages.findLast((m) => m.type === type) as Extract<ServerMessage, { type: T }> | undefined;
  }

  /** Returns totals by row as this browser must have them: the newest keyframe and all later deltas. */
  totals(): Map<number, number> {
    const start = this.frames.findLastIndex((frame) => frame.kind === FrameKind.keyframe);
    const totals = new Map<number, number>();
    for (const frame of this.frames.slice(Math.max(start, 0))) {
      for (const { row, count } of frame.rows) totals.set(row, (totals.get(row) ?? 0) + count);
    }
    return totals;
  }

  close(): void {
    this.socket.terminate();
  }
}

export interface Harness {
  agent: SimulatedAgent;
  bridge: Bridge;
  /** An operator's token; every request of this harness uses it. */
  token: string;
  dir: string;
  browser(options?: { origin?: string; headers?: Record<string, string> }): Promise<Browser>;
  get(path: string, headers?: Record<string, string>): Promise<{ status: number; body: Json }>;
  post(path: string, body: unknown, token?: string): Promise<{ status: number; body: Json }>;
  delete(path: string, token?: string): Promise<{ status: number; body: Json }>;
  close(): Promise<void>;
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'rtprobe-test-'));
}

/** Fails if the bridge answers anything that the registry of routes does not describe. */
function checkAnswer(method: string, url: string, body: unknown): void {
  const path = new URL(url, 'http://bridge').pathname.replace('/api/v1', '');
  const route = Object.values<Route>(routes).find(
    (one) =>
      one.method === method.toLowerCase() &&
      new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '(?!clear)[^/]+')}$`).test(path),
  );
  // Schemas drop fields that they do not describe.
  if (route !== undefined) assert.deepEqual(JSON.parse(JSON.stringify(route.response.parse(body))), body);
}

/** Starts an agent and a bridge for it and waits until data arrive, unless disabled. */
export async function startHarness(
  options: Partial<BridgeOptions> & {
    waitForLive?: boolean;
    facts?: string[];
    /** Name of the agent's host. */
    host?: string;
    /** Called before the bridge connects to the agent. */
    prepare?: (agent: SimulatedAgent) => void;
  } = {},
): Promise<Harness> {
  const { waitForLive = true, facts, host = 'simulated', prepare, ...bridgeOptions } = options;
  const dir = temporaryFolder();
  const agent = new SimulatedAgent(join(dir, 'agent.sock'));
  agent.facts = facts;
  prepare?.(agent);
  await agent.listen();
  const bridge = await startBridge({
    listen: { port: 0 },
    sources: [{ kind: 'socket', host, path: agent.path }],
    logger: silent,
    ...bridgeOptions,
  });
  const token = bridge.createToken();
  const authorization = `Bearer ${token}`;
  const browsers: Browser[] = [];
  const call = async (path: string, init: RequestInit) => {
    const response = await fetch(bridge.url + path, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    const body = isJson ? JSON.parse(text) : text;
    if (isJson && response.ok) checkAnswer(init.method ?? 'GET', path, body);
    return { status: response.status, body };
  };
  const harness: Harness = {
    agent,
    bridge,
    token,
    dir,
    browser: async ({ origin, headers } = {}) => {
      const browser = await Browser.open(bridge.url, {
        headers: { authorization, ...headers },
        ...(origin !== undefined && { origin }),
      });
      browsers.push(browser);
      return browser;
    },
    get: (path, headers = {}) => call(path, { headers: { authorization, ...headers } }),
    post: (path, body, other = token) =>
      call(path, {
        method: 'POST',
        headers: { authorization: `Bearer ${other}`, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    delete: (path, other = token) =>
      call(path, { method: 'DELETE', headers: { authorization: `Bearer ${other}` } }),
    close: async () => {
      for (const browser of browsers) browser.close();
      await bridge.close();
      await agent.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  if (waitForLive) await waitForState(harness, 'live');
  return harness;
}

/** Starts a bridge for the agent of a guest, and a browser that follows it. Waits until both have data. */
export async function startHarnessOf(
  { agentSocket }: { readonly agentSocket: string },
  options: Partial<BridgeOptions> = {},
): Promise<{ harness: Harness; browser: Browser }> {
  const sources = [{ kind: 'socket', path: agentSocket } as const];
  const harness = await startHarness({ sources, waitForLive: false, ...options });
  const host = await waitForState(harness, 'live', 60_000);
  const browser = await harness.browser();
  browser.subscribe(String(host.host));
  await browser.next('sources');
  return { harness, browser };
}

/** Waits until the first host is in the given state. */
export async function waitForState(harness: Pick<Harness, 'get'>, state: string, ms = 8000): Promise<Json> {
  const end = performance.now() + ms;
  for (;;) {
    const { body } = await harness.get('/api/v1/status');
    const host = (body.hosts as unknown as Json[])[0]!;
    if ((host.state as unknown) === state) return host;
    if (performance.now() > end) throw new Error(`waited for ${state}, it is ${JSON.stringify(host)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
