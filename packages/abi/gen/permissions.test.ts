import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readSpec, upper } from './spec.ts';

const root = fileURLToPath(new URL('../../../kmod/', import.meta.url));
const spec = readSpec(`${root}uapi/rtprobe.yaml`);

it('every request needs CAP_NET_ADMIN in the initial user namespace', () => {
  const requests = spec.operations.list.filter((operation) => operation.do || operation.dump);
  expect(requests.filter(({ flags }) => !flags?.includes('admin-perm')).map(({ name }) => name)).toEqual([]);
  const module = readFileSync(`${root}src/netlink/netlink.c`, 'utf8');
  const guarded = [...module.matchAll(/\.cmd = (\w+),\s+\.flags = GENL_ADMIN_PERM,/g)];
  expect(guarded.map(([, command]) => command).sort()).toEqual(
    requests.map(({ name }) => `RTPROBE_CMD_${upper(name)}`).sort(),
  );
});
