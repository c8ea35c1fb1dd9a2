// Rules over REST: viewers read them, operators change them.
import { Command } from '@rtprobe/abi';
import { ruleRequestSchema } from '@rtprobe/protocol';
import type { Router } from 'express';
import { z } from 'zod';
import { BridgeError } from '../base/errors.ts';
import type { Host } from '../host/host.ts';
import { toKernelRule } from '../translate/rule.ts';
import { chosenHosts, hostName, hostQuery, oneHost } from './hosts.ts';
import { onlyMethod, readStrict } from './reply.ts';

const ruleBody = ruleRequestSchema.extend({ host: hostName.optional() });
const deleteQuery = z.strictObject({
  host: hostName.optional(),
  id: z
    .string()
    .regex(/^\d{1,10}$/, 'the number of a rule')
    .transform(Number)
    .optional(),
  all: z.literal('true').optional(),
});

export function addRuleRoutes(router: Router, hosts: readonly Host[]): void {
  router
    .route('/rules')
    .get((request, response) => {
      const { host } = readStrict(hostQuery, request.query, 'E_QUERY');
      const rulesOf = (h: Host) => ({ host: h.name, rules: h.state.rules });
      response.json({ hosts: chosenHosts(hosts, host).map(rulesOf) });
    })
    .post(async (request, response) => {
      readStrict(z.strictObject({}), request.query, 'E_QUERY');
      const { host: name, ...rule } = readStrict(ruleBody, request.body, 'E_FIELD');
      const host = oneHost(hosts, name);
      const reply = await host.change(Command.addRule, toKernelRule(rule));
      response.json({ host: host.name, id: reply?.id });
    })
    .delete(async (request, response) => {
      const { host: name, id, all } = readStrict(deleteQuery, request.query, 'E_QUERY');
      if ((id === undefined) === (all === undefined)) {
        throw new BridgeError('E_QUERY', 'name the rule by id=, or all=true', 'id');
      }
      const host = oneHost(hosts, name);
      await host.change(Command.delRule, id === undefined ? {} : { id });
      response.json({ host: host.name, ...(id !== undefined && { id }) });
    })
    .all(onlyMethod('GET, POST, DELETE'));
}
