// REST for isolated CPUs: viewers read, operators say what they expect.
import type { Host } from '../host/host.ts';
import { addExpectation, removeExpectation } from '../isolation/expectations.ts';
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
    addExpectation: ({ body: { host: name, text } }) => {
      const host = oneHost(hosts, name);
      return addExpectation(host, watch.of(host), text);
    },
    deleteExpectation: ({ query: { host: name, id } }) => {
      const host = oneHost(hosts, name);
      return removeExpectation(host, watch.of(host), id);
    },
  };
}
