// The real bridge with another dashboard: node bridge-of-build.ts FOLDER RECORDING PORT STATE. It prints a line of JSON
// like `rtprobe serve --json`, and exits on SIGINT.
import { startBridge } from '@rtprobe/bridge';

const [staticDir, file, port, state] = process.argv.slice(2);
const bridge = await startBridge({
  listen: { host: '127.0.0.1', port: Number(port) },
  sources: [{ kind: 'replay', file: file!, speed: 1 }],
  staticDir: staticDir!,
  tokenFile: `${state}/access.key`,
  controlSocket: `${state}/run/{port}.sock`,
});
console.log(JSON.stringify({ url: bridge.url, port: bridge.port, socket: bridge.controlSocket }));
process.once('SIGINT', () => void bridge.close().then(() => process.exit(0)));
