// A bridge that publishes, in a process of its own, which tests can kill: node tests/publish-process.ts SOCKET URL DIR.
import { startBridge } from '../src/index.ts';

const [path, url, dir] = process.argv.slice(2);
const bridge = await startBridge({
  listen: { port: 0 },
  sources: [{ kind: 'socket', host: 'simulated', path: path! }],
  publish: { url: url!, site: 'test', dir: dir! },
});
console.log(bridge.url);
