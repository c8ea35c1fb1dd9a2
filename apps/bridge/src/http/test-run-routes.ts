// REST for test runs: viewers read, operators begin, end and import them.
import type { TestRun } from '@rtprobe/protocol';
import { BridgeError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import type { Host } from '../host/host.ts';
import { compareRuns } from '../test-runs/compare.ts';
import { TestRuns } from '../test-runs/test-runs.ts';
import { kept, store } from './history-routes.ts';
import { oneHost } from './hosts.ts';
import type { Handlers } from './mount.ts';
import { RUNS_MAX } from './routes.ts';

type Reads = 'getTestRuns' | 'getTestRun' | 'getTestRunSamples' | 'compareRuns';
type Writes = 'beginTestRun' | 'reportTestRun' | 'importTestRun' | 'deleteTestRun';

/** Returns the host that runs on the machine with this boot. */
function ownHost(hosts: readonly Host[], boot: string, name: string | undefined): Host {
  const own = hosts.filter((host) => host.boot === boot);
  const found = name === undefined ? own[0] : own.find((host) => host.name === name);
  if (found) return found;
  const wanted = name ?? hosts.find(({ source }) => source.kind === 'live')?.name ?? 'the host';
  const todo = `run it on ${wanted} itself; or run the tool there, and import its file: rtprobe runs import FILE`;
  const why =
    name === undefined ? 'this bridge does not watch this machine' : `this machine is not "${name}"`;
  throw new BridgeError('E_NOT_ON_HOST', why, todo, name);
}

export function testRunHandlers(
  hosts: readonly Host[],
  history: History | undefined,
): Pick<Handlers, Reads | Writes> {
  const runs = history && new TestRuns(history);
  const ofHost = (host: Host): TestRuns => new TestRuns(kept(history, host));
  const all = (): TestRuns => runs ?? new TestRuns(store(history));
  const hostOf = (run: TestRun): Host => oneHost(hosts, run.host);
  return {
    getTestRuns: async ({ query: { host, limit = RUNS_MAX } }) => ({ runs: await all().list(host, limit) }),
    getTestRun: ({ params: { id } }) => all().find(id),
    getTestRunSamples: ({ params: { id } }) => all().samples(id),
    compareRuns: ({ query: { runs: words, measure } }) =>
      compareRuns(store(history), words, measure && [measure]),
    beginTestRun: ({ body: { host: name, boot, ...begin } }) => {
      const host = ownHost(hosts, boot, name);
      return ofHost(host).begin(host, begin);
    },
    reportTestRun: async ({ params: { id }, body: { name, ...report } }) => {
      const found = await all().find(id);
      const host = hostOf(found);
      const run = name === undefined ? found : await all().rename(host, found, name);
      return Object.keys(report).length === 0 ? run : await all().report(host, run, report);
    },
    importTestRun: ({ body: { host: name, ...file } }) => {
      const host = oneHost(hosts, name);
      return ofHost(host).import(host, file);
    },
    deleteTestRun: async ({ params: { id } }) => {
      await all().remove(id);
      return { testRun: id };
    },
  };
}
