// REST for rules: viewers read them, operators change them.
import { Command } from '@rtprobe/abi';
import { BridgeError } from '../base/errors.ts';
import type { Host } from '../host/host.ts';
import { toKernelRule } from '../translate/rule.ts';
import { chosenHosts, oneHost } from './hosts.ts';
import type { Handlers } from './mount.ts';

export function ruleHandlers(
  hosts: readonly Host[],
): Pick<Handlers, 'getRules' | 'addRule' | 'armRule' | 'deleteRule'> {
  return {
    getRules: ({ query }) => ({
      hosts: chosenHosts(hosts, query.host).map((host) => ({ host: host.name, rules: host.state.rules })),
    }),
    addRule: async ({ body: { host: name, ...rule } }) => {
      const host = oneHost(hosts, name);
      const reply = await host.change(Command.addRule, toKernelRule(rule));
      return { host: host.name, id: reply?.id };
    },
    armRule: async ({ body: { host: name, id } }) => {
      const host = oneHost(hosts, name);
      await host.change(Command.armRule, { id });
      return { host: host.name, id };
    },
    deleteRule: async ({ query: { host: name, id, all } }) => {
      if ((id === undefined) === (all === undefined)) {
        throw new BridgeError('E_QUERY', 'id: missing', 'name the rule by id=, or all=true', 'id');
      }
      const host = oneHost(hosts, name);
      await host.change(Command.delRule, id === undefined ? {} : { id });
      return { host: host.name, ...(id !== undefined && { id }) };
    },
  };
}
