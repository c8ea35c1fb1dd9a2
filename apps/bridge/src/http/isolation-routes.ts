// REST for isolated CPUs: viewers read, operators say what they expect.
import { Command } from '@rtprobe/abi';
import { cpuList, inCpuList } from '@rtprobe/metrics';
import type { HostInfo } from '@rtprobe/protocol';
import { BridgeError } from '../base/errors.ts';
import {
  type Expected,
  expectationOf,
  expectationText,
  parseExpectation,
  ruleOf,
} from '../expect/expectation.ts';
import type { Host } from '../host/host.ts';
import { cpusOfList } from '../isolation/cpus.ts';
import { isolationOf } from '../isolation/isolation.ts';
import type { IsolationWatch } from '../isolation/watch.ts';
import { toKernelRule } from '../translate/rule.ts';
import { chosenHosts, oneHost } from './hosts.ts';
import type { Handlers } from './mount.ts';

/** Refuses CPUs that the host does not have. */
function checkCpus({ cpusPossible, cpusOnline = '', host }: HostInfo, { cpus }: Expected): void {
  const missing = cpus.find((cpu) => cpu >= (cpusPossible ?? Infinity) && !inCpuList(cpusOnline, cpu));
  if (missing === undefined) return;
  const todo = `name CPUs of ${cpusOnline}`;
  throw new BridgeError('E_EXPECT_CPUS', `"${host}" has no CPU ${missing}`, todo, String(missing));
}

/**
 * Returns the setting `cpus` without CPUs that are expected to be quiet: the module's own timer would interrupt them.
 * Returns undefined if nothing must change.
 */
function passiveWith({ config }: HostInfo, { cpus }: Expected): string | undefined {
  if (config?.cpus === undefined) return undefined;
  const active = cpusOfList(config.cpus);
  const left = active.filter((cpu) => !cpus.includes(cpu));
  if (left.length === active.length) return undefined;
  if (left.length > 0) return cpuList(left);
  const todo = 'leave at least one CPU out';
  throw new BridgeError('E_EXPECT_CPUS', 'the module needs a CPU for its own work', todo, cpuList(cpus));
}

const equal = (a: Expected, b: Expected | undefined): boolean =>
  b !== undefined && expectationText(a) === expectationText(b);

async function add(host: Host, text: string) {
  const expected = parseExpectation(text);
  const { info } = host;
  checkCpus(info, expected);
  const passive = passiveWith(info, expected);
  if (passive !== undefined) await host.change(Command.setConfig, { cpus: passive });
  await host.query(Command.getRules, {});
  for (const rule of host.state.rules) {
    if (equal(expected, expectationOf(rule))) await host.change(Command.delRule, { id: rule.id });
  }
  const request = ruleOf(expected);
  const reply = await host.change(Command.addRule, toKernelRule(request));
  const id = reply?.id ?? 0;
  host.state.noteRule({ ...request, id, capture: [], rate: 0, hits: 0, limited: 0 });
  return {
    ...{ host: host.name, id, text: expectationText(expected) },
    ...(passive !== undefined && { passive }),
  };
}

type Isolations = 'getIsolation' | 'addExpectation' | 'deleteExpectation';

export function isolationHandlers(hosts: readonly Host[], watch: IsolationWatch): Pick<Handlers, Isolations> {
  return {
    getIsolation: ({ query: { host, cpus = '' } }) => ({
      hosts: chosenHosts(hosts, host).map((one) => isolationOf(one, watch.of(one), cpusOfList(cpus))),
    }),
    addExpectation: ({ body: { host, text } }) => add(oneHost(hosts, host), text),
    deleteExpectation: async ({ query: { host: name, id } }) => {
      const host = oneHost(hosts, name);
      await host.query(Command.getRules, {});
      const rule = host.state.rules.find((one) => one.id === id);
      if (!rule || !expectationOf(rule)) {
        const todo = 'GET /api/v1/isolation lists the expectations';
        throw new BridgeError('E_GONE', `no expectation has the id ${id}`, todo, String(id));
      }
      await host.change(Command.delRule, { id });
      return { host: host.name, id };
    },
  };
}
