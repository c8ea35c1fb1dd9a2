// Tests a slow ssh: a program called ssh that delays before it answers.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { silent, temporaryFolder } from '../../tests/harness.ts';
import { type Bridge, startBridge } from '../bridge.ts';

const dir = temporaryFolder();
const path = process.env.PATH;
let bridge: Bridge | undefined;
afterEach(async () => {
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

it('the bridge waits for an ssh connection that takes four seconds', async () => {
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin', 'ssh'), SLOW);
  chmodSync(join(dir, 'bin', 'ssh'), 0o755);
  process.env.PATH = `${join(dir, 'bin')}${delimiter}${path}`;
  const sources = [{ kind: 'ssh', destination: 'far-away' }] as const;
  bridge = await startBridge({ listen: { port: 0 }, sources: [...sources], logger: silent });
  const headers = { authorization: `Bearer ${bridge.createToken()}` };
  const status = async () => (await fetch(`${bridge!.url}/api/v1/status`, { headers })).text();
  await expect.poll(status, { timeout: 12_000, interval: 200 }).toContain('modprobe rtprobe');
});
