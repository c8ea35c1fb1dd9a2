// Starts the real bridge with its store on disk and an agent that sends made-up values ten times a second: node
// bridge-of-agent.ts FOLDER STORE. It prints a line of JSON like `rtprobe serve --json`, and exits on SIGINT.
import { startHarness } from '../../bridge/tests/harness.ts';

const [staticDir, dir] = process.argv.slice(2);
const harness = await startHarness({
  ...{ staticDir: staticDir!, history: { dir: dir! }, recordings: { dir: `${dir!}/recordings` } },
  controlSocket: `${dir!}/run/bridge.sock`,
});
const { agent, bridge } = harness;
// A timer on two CPUs and an interrupt.
const feeding = setInterval(() => {
  for (let i = 0; i < 40; i++) {
    agent.record(1, i % 2, 9_000 + 400 * (i % 9));
    agent.record(2, 1, 4_000 + 100 * (i % 5));
  }
}, 100);
console.log(JSON.stringify({ url: bridge.url, port: bridge.port, socket: bridge.controlSocket }));
process.once('SIGINT', () => {
  clearInterval(feeding);
  void harness.close().then(() => process.exit(0));
});
