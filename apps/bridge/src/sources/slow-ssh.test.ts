// Tests a slow ssh: a program called ssh that delays before it answers.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silent, temporaryFolder } from '../../tests/harness.ts';
import { type Bridge, startBridge } from '../bridge.ts';
import { Handshake } from '../link/handshake.ts';
import { SshSource } from './agent.ts';
import { SSH_CONNECT_S } from './ssh.ts';

const dir = temporaryFolder();
const path = process.env.PATH;
let bridge: Bridge | undefined;
beforeEach(() => {
  mkdirSync(join(dir, 'bin'), { recursive: true });
  process.env.PATH = `${join(dir, 'bin')}${delimiter}${path}`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await bridge?.close();
  process.env.PATH = path;
  rmSync(dir, { recursive: true, force: true });
});

/** Logs in after four seconds, then answers hello as an agent without a module. */
const SLOW = `#!${process.execPath}
setTimeout(() => {
  const frame = (kind, payload) => {
    const header = Buffer.alloc(12);
    header.writeUInt32LE(827348050, 0);
    header.writeUInt16LE(kind, 4);
    header.writeUInt32LE(payload.length, 8);
    process.stdout.write(Buffer.concat([header, payload]));
  };
  process.stdin.once('data', () => {
    frame(2, Buffer.from('slow 1'));
    frame(3, Buffer.alloc(2));
  });
}, 4000);
`;

/** Accepts the connection and never answers. */
const SILENT = `#!${process.execPath}
process.stdin.resume();
`;

/** Starts a bridge with a program called ssh; returns what reads its status. */
async function startWith(ssh: string): Promise<() => Promise<string>> {
  writeFileSync(join(dir, 'bin', 'ssh'), ssh);
  chmodSync(join(dir, 'bin', 'ssh'), 0o755);
  const sources = [{ kind: 'ssh', destination: 'far-away' }] as const;
  bridge = await startBridge({ listen: { port: 0 }, sources: [...sources], logger: silent });
  const headers = { authorization: `Bearer ${bridge.createToken()}` };
  return async () => (await fetch(`${bridge!.url}/api/v1/status`, { headers })).text();
}

it('the bridge waits for an ssh connection that takes four seconds', async () => {
  const status = await startWith(SLOW);
  await expect.poll(status, { timeout: 12_000, interval: 200 }).toContain('rtprobectl load');
});

it('an ssh connection without an answer has advice that is about ssh and the agent, not about the module', async () => {
  // The time limit is over at once.
  vi.spyOn(Handshake.prototype, 'isOverdue').mockReturnValueOnce(true);
  const status = await startWith(SILENT);
  const advice =
    'ssh far-away did not answer within 90 s; check that "ssh far-away rtprobe-agent --version" answers without ' +
    'asking for input (E_AGENT_SILENT)';
  await expect.poll(async () => JSON.parse(await status()).hosts[0].reason, { interval: 50 }).toBe(advice);
});

it('a machine without an agent has advice that mends it', async () => {
  const status = await startWith('#!/bin/sh\necho "sh: 1: exec: rtprobe-agent: not found" >&2; exit 127\n');
  await expect
    .poll(async () => JSON.parse(await status()).hosts[0].reason, { interval: 50 })
    .toMatch(/rtprobe-agent: not found; start the bridge with --prepare/);
});

it('the time limit of ssh is longer than its own, after which it says itself why it could not connect', () => {
  const { withinMs } = new SshSource('far-away').patience;
  // A minute more than the connection: the login on a machine with slow name lookups takes half of it.
  expect(withinMs).toBeGreaterThanOrEqual((SSH_CONNECT_S + 60) * 1000);
});
