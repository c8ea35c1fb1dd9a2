// The bridge of idle.ts: replays the fixture and prints its address and a token as JSON.
import { join } from 'node:path';
import { startBridge } from '../src/index.ts';

const file = join(import.meta.dirname, '../tests/fixtures/6.12-rt.rec.bin');
const bridge = await startBridge({ listen: { port: 0 }, sources: [{ kind: 'replay', file }] });
console.log(JSON.stringify({ url: bridge.url, token: bridge.createToken('viewer') }));
