// A bridge in a process of its own, which tests can kill: node tests/bridge-process.ts SOCKET DIR. Prints its address
// as JSON.
import { startBridge } from '../src/index.ts';

const [path, dir] = process.argv.slice(2);
const bridge = await startBridge({
  listen: { port: 0 },
  sources: [{ kind: 'socket', host: 'simulated', path: path! }],
  history: { dir: dir! },
});
console.log(JSON.stringify({ url: bridge.url, token: bridge.createToken() }));
