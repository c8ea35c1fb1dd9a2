// Checks the files for container engines against the schemas beside them, and what no schema says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { root } from './command.ts';

type Json = Record<string, unknown>;
const read = (file: string) => readFileSync(join(root, 'docker', file), 'utf8');
const schemaOf = (file: string) => JSON.parse(read(`schemas/${file}`)) as { $defs: Json };
const documents = () => parseAllDocuments(read('kubernetes.yaml')).map((each) => each.toJS() as Manifest);

interface Container {
  name: string;
  image: string;
  args: string[];
  securityContext: Json & { capabilities: { add?: string[]; drop: string[] } };
  volumeMounts: { name: string }[];
}
interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec: {
    selector: { matchLabels: Json } & Json;
    template: {
      metadata: { labels: Json };
      spec: Json & { containers: Container[]; volumes: { name: string; hostPath?: { path: string } }[] };
    };
  };
}

function faultsOf(document: Manifest): string[] {
  const { $defs } = schemaOf('kubernetes.json');
  if (!($defs[document.kind] !== undefined)) return [`unknown kind ${document.kind}`];
  const schema = z.fromJSONSchema({ $ref: `#/$defs/${document.kind}`, $defs } as never);
  return (
    schema.safeParse(document).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
  );
}

const podsOf = () => documents().filter(({ kind }) => /^(DaemonSet|Deployment)$/.test(kind));
const podOf = (kind: string) => podsOf().find((each) => each.kind === kind)!.spec.template.spec;

describe('the manifests for Kubernetes', () => {
  it('are valid, and an unknown or wrong field is not', () => {
    const all = documents();
    expect(all.map(({ kind }) => kind)).toEqual([
      ...['Namespace', 'DaemonSet', 'PersistentVolumeClaim', 'Deployment', 'Service'],
    ]);
    for (const each of all) expect(faultsOf(each), each.kind).toEqual([]);
    const [, agent] = all as [Manifest, Manifest];
    const [container] = agent.spec.template.spec.containers as [Container];
    container.securityContext = { ...container.securityContext, readOnlyRootFileSystem: true };
    expect(faultsOf(agent).join()).toContain('readOnlyRootFileSystem');
    const volume = documents()[1]!;
    volume.spec.template.spec.volumes[0]!.hostPath = { path: 'relative' };
    expect(faultsOf(volume)).not.toEqual([]);
  });

  it('select the pods that they make, mount the volumes that they have, in one namespace', () => {
    for (const { spec } of podsOf()) {
      expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
      const volumes = spec.template.spec.volumes.map(({ name }) => name);
      for (const container of spec.template.spec.containers)
        expect(container.volumeMounts.map(({ name }) => name).toSorted()).toEqual(volumes.toSorted());
    }
    const service = documents().find(({ kind }) => kind === 'Service')!;
    const bridge = podsOf().find(({ kind }) => kind === 'Deployment')!;
    expect(service.spec.selector).toEqual(bridge.spec.template.metadata.labels);
    const namespaces = documents().map(({ kind, metadata }) =>
      kind === 'Namespace' ? metadata.name : metadata.namespace,
    );
    expect(new Set(namespaces)).toEqual(new Set(['rtprobe']));
  });

  it('give the agent one capability and no other privilege, and the bridge none', () => {
    const [agent] = podOf('DaemonSet').containers as [Container];
    const [bridge] = podOf('Deployment').containers as [Container];
    expect(agent.securityContext.capabilities).toEqual({ drop: ['ALL'], add: ['NET_ADMIN'] });
    expect(bridge.securityContext.capabilities).toEqual({ drop: ['ALL'] });
    for (const { securityContext } of [agent, bridge]) {
      const safe = { privileged: false, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true };
      expect(securityContext).toMatchObject(safe);
    }
    expect(podOf('Deployment')).not.toHaveProperty('hostNetwork');
    expect(podOf('Deployment')).not.toHaveProperty('hostPID');
    expect(podOf('Deployment')).toMatchObject({ securityContext: { runAsNonRoot: true } });
  });

  it('let agent and bridge meet at one socket that the group of the bridge may open', () => {
    const [agent] = podOf('DaemonSet').containers as [Container];
    const [bridge] = podOf('Deployment').containers as [Container];
    const socket = agent.args[agent.args.indexOf('--socket') + 1];
    expect(bridge.args).toContain(`unix:${socket}`);
    expect(agent.args).toContain('--group');
    const { runAsGroup } = podOf('Deployment').securityContext as { runAsGroup: number };
    expect(agent.securityContext.runAsGroup).toBe(runAsGroup);
    const folderOf = (kind: string) => podOf(kind).volumes.find(({ name }) => name === 'run')!.hostPath!.path;
    expect(folderOf('Deployment')).toBe(folderOf('DaemonSet'));
  });
});

interface Service {
  user: string;
  cap_drop: string[];
  cap_add?: string[];
  ports?: string[];
  command?: string[];
  volumes: { source: string; target: string }[];
}

describe('the compose file', () => {
  const compose = () =>
    parse(read('compose.yaml')) as { services: Record<'agent' | 'bridge', Service>; volumes: Json };
  const schema = z.fromJSONSchema(schemaOf('compose.json') as never);

  it('is valid, and an unknown or wrong field is not', () => {
    expect(schema.safeParse(compose()).error?.issues).toBeUndefined();
    const wrong = compose();
    wrong.services.agent = { ...wrong.services.agent, cap_ad: [] } as Service;
    expect(schema.safeParse(wrong).success).toBe(false);
    const open = compose();
    open.services.bridge.ports = ['9154'];
    expect(schema.safeParse(open).success).toBe(false);
  });

  it('gives the agent one capability, publishes on loopback only, and uses one socket', () => {
    const { services, volumes } = compose();
    const { agent, bridge } = services;
    expect([agent.cap_drop, agent.cap_add, bridge.cap_drop, bridge.cap_add]).toEqual([
      ...[['ALL'], ['NET_ADMIN'], ['ALL'], undefined],
    ]);
    for (const port of bridge.ports!) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(agent.user.split(':')[1]).toBe(bridge.user.split(':')[1]);
    const dockerfile = read('agent.Dockerfile');
    const socket = /"--socket", "([^"]+)"/.exec(dockerfile)![1];
    expect(dockerfile).toContain('"--group"');
    expect(dockerfile).toContain(`USER ${agent.user}`);
    expect(bridge.command).toContain(`unix:${socket}`);
    const named = [agent, bridge].flatMap((each) => each.volumes.map(({ source }) => source));
    expect(named.filter((source) => !source.startsWith('/')).every((source) => source in volumes)).toBe(true);
  });
});
