// REST for isolated CPUs: viewers read, operators say what they expect.
import { Command } from '@rtprobe/abi';
import { BridgeError } from '../base/errors.ts';
import type { Host } from '../host/host.ts';
import { addExpectation } from '../isolation/expectations.ts';
import { isolationOf } from '../isolation/isolation.ts';
import type { IsolationWatch } from '../isolation/watch.ts';
import { chosenHosts, oneHost } from './hosts.ts';
import type { Handlers } from './mount.ts';

type Isolations = 'getIsolation' | 'addExpectation' | 'deleteExpectation';

export function isolationHandlers(hosts: readonly Host[], watch: IsolationWatch): Pick<Handlers, Isolations> {
  return {
    getIsolation: ({ query: { host, cpus } }) => ({
      hosts: chosenHosts(hosts, host).map((one) => isolationOf(one, watch.of(one), cpus)),
    }),
    addExpectation: ({ body: { host, text } }) => addExpectation(oneHost(hosts, host), text),
    deleteExpectation: async ({ query: { host: name, id } }) => {
      const host = oneHost(hosts, name);
      await host.query(Command.getRules, {});
      const rule = host.state.rules.find((one) => one.id === id);
      if (!rule || !host.state.expectationOf(rule)) {
        const todo = 'GET /api/v1/isolation lists the expectations';
        throw new BridgeError('E_GONE', `no expectation has the id ${id}`, todo, String(id));
      }
      await host.change(Command.delRule, { id });
      return { host: host.name, id };
    },
  };
}
