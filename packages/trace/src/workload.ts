// What a control group belongs to: the path names a container, a pod, a virtual machine or a unit of systemd.
import { visibleText } from '@rtprobe/metrics';
import { joined, type Text, text } from './text.ts';

type WorkloadKind = 'container' | 'pod' | 'machine' | 'service' | 'scope' | 'slice' | 'session';

const NOTHING = text('', '');

/** What the path of a control group says. The texts are hostile. */
interface Workload {
  readonly kind: WorkloadKind;
  /** First 12 digits of a container's id; uid of a pod; else the name, with systemd's escapes resolved. */
  readonly name: string;
  /** Of a container or machine, such as podman or containerd. */
  readonly runtime?: string;
  /** Uid of the pod that a container belongs to. */
  readonly pod?: string;
  /** The service of systemd that started the container, if it is not the runtime's own. */
  readonly service?: string;
  /** User whose service manager or login it belongs to. */
  readonly uid?: number;
}

/** Digits of an id that `docker ps` and `podman ps` show. */
const SHORT_ID = 12;

/** Words before the id in the names of scopes and folders. */
const RUNTIMES: Readonly<Record<string, string>> = {
  docker: 'docker',
  libpod: 'podman',
  'libpod-payload': 'podman',
  'cri-containerd': 'containerd',
  nerdctl: 'containerd',
  crio: 'cri-o',
};
/** Processes that a runtime starts beside each container; they are not inside it. */
const MONITOR = /^(?:libpod-conmon|crio-conmon)-/;
const CONTAINER = /^(?:([a-z][a-z-]*)-)?([0-9a-f]{64})(?:\.scope)?$/;
/** Of kubelet with either driver, also below another slice. Static pods have a hash for a uid. */
const KUBE_POD =
  /^(?:[a-z-]*kubepods(?:-besteffort|-burstable)?-)?pod([0-9a-f]{8}(?:[-_]?[0-9a-f]{4}){3}[-_]?[0-9a-f]{12})(?:\.slice)?$/;
const PODMAN_POD = /libpod_pod_([0-9a-f]{64})\.slice$/;
const LXC = /^lxc\.payload[.@](.+)$/;
/** Scopes of machined, mostly virtual machines of libvirt. */
const MACHINE = /^machine-(qemu-\d+-)?(.+)\.scope$/;

/** Resolves the escapes of names of units: \x2d is "-". */
const unescaped = (name: string): string =>
  name.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const withDashes = (uid: string): string => {
  const digits = uid.replaceAll(/[-_]/g, '');
  return digits === uid ? uid : digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/** Returns the last element that a function finds something in, and where. */
function lastOf<T>(parts: readonly string[], find: (part: string) => T | undefined) {
  for (let index = parts.length - 1; index >= 0; index--) {
    const found = find(parts[index]!);
    if (found !== undefined) return { found, index };
  }
  return undefined;
}

function serviceOf(parts: readonly string[]): string | undefined {
  const found = lastOf(parts, (part) => (/.\.service$/.test(part) ? part : undefined))?.found;
  return found === undefined || /^user@\d+\.service$/.test(found) ? undefined : unescaped(found);
}

function uidOf(parts: readonly string[]): number | undefined {
  const found = lastOf(parts, (part) => /^user(?:@|-)(\d{1,10})\.(?:service|slice)$/.exec(part)?.[1])?.found;
  return found === undefined ? undefined : Number(found);
}

function podOf(parts: readonly string[]): string | undefined {
  return lastOf(parts, (part) => {
    const uid = KUBE_POD.exec(part)?.[1];
    return uid === undefined ? PODMAN_POD.exec(part)?.[1]?.slice(0, SHORT_ID) : withDashes(uid);
  })?.found;
}

/** Without a word before the id, the folder above names the runtime: /docker/ID, or a pod of kubelet. */
function runtimeOf(word: string | undefined, above: readonly string[]): string | undefined {
  if (word !== undefined) return RUNTIMES[word] ?? word;
  return above.includes('docker') ? 'docker' : undefined;
}

function containerOf(parts: readonly string[]): Workload | undefined {
  const found = lastOf(parts, (part) =>
    MONITOR.test(part) ? undefined : (CONTAINER.exec(part) ?? undefined),
  );
  if (found === undefined) return undefined;
  const [, word, id = ''] = found.found;
  const above = parts.slice(0, found.index);
  const runtime = runtimeOf(word, above);
  const [pod, service, uid] = [podOf(above), serviceOf(above), uidOf(above)];
  // A container in a container: the services above are those of the outer one.
  return {
    kind: 'container',
    name: id.slice(0, SHORT_ID),
    ...(runtime !== undefined && { runtime }),
    ...(pod !== undefined && { pod }),
    ...(service !== undefined && pod === undefined && { service }),
    ...(uid !== undefined && { uid }),
  };
}

function machineOf(parts: readonly string[]): Workload | undefined {
  const lxc = parts.map(
    (part, index) => LXC.exec(part)?.[1] ?? (parts[index - 1] === 'lxc' ? part : undefined),
  );
  const container = lxc.find((name) => name !== undefined);
  if (container !== undefined) return { kind: 'container', name: container, runtime: 'lxc' };
  for (const part of parts.map(unescaped)) {
    const nspawn = /^systemd-nspawn@(.+)\.service$/.exec(part)?.[1];
    if (nspawn !== undefined) return { kind: 'container', name: nspawn, runtime: 'systemd-nspawn' };
    const [, qemu, name] = MACHINE.exec(part) ?? [];
    if (name !== undefined)
      return { kind: 'machine', name, ...(qemu !== undefined && { runtime: 'libvirt' }) };
  }
  return undefined;
}

/** Returns the deepest unit: a service, else a session or scope, else a slice. */
function unitOf(parts: readonly string[]): Workload | undefined {
  const uid = uidOf(parts);
  const user = uid === undefined ? {} : { uid };
  const service = serviceOf(parts);
  if (service !== undefined) return { kind: 'service', name: service, ...user };
  const scope = lastOf(parts, (part) => (part.endsWith('.scope') ? part : undefined))?.found;
  const session = /^session-(.+)\.scope$/.exec(scope ?? '')?.[1];
  if (session !== undefined) return { kind: 'session', name: session, ...user };
  if (scope !== undefined) return { kind: 'scope', name: unescaped(scope), ...user };
  const slice = lastOf(parts, (part) => (part.endsWith('.slice') ? part : undefined))?.found;
  return slice === undefined ? undefined : { kind: 'slice', name: unescaped(slice), ...user };
}

/**
 * Returns what a path in the default hierarchy belongs to, also if its beginning was cut off. Returns undefined for the
 * root, for kernel threads, and for groups that no known manager named.
 */
function workloadOf(cgroup: string | undefined): Workload | undefined {
  const parts = (cgroup ?? '').split('/').filter((part) => part !== '');
  const container = containerOf(parts);
  if (container !== undefined) return container;
  const pod = podOf(parts);
  if (pod !== undefined) return { kind: 'pod', name: pod };
  return machineOf(parts) ?? unitOf(parts);
}

const KINDS: Readonly<Record<WorkloadKind, Text>> = {
  container: text('container', '容器'),
  pod: text('pod', 'Pod'),
  machine: text('machine', '虚拟机'),
  service: text('service', '服务'),
  scope: text('scope', 'scope'),
  slice: text('slice', 'slice'),
  session: text('session', '会话'),
};

/** Returns "container 3f2a1b9c0d1e (podman) of web.service", with invisible characters escaped. */
function workloadText({ kind, name, runtime, pod, service, uid }: Workload): Text {
  const itself = text('{kind} {name}', '{kind}{name}', { kind: KINDS[kind], name: visibleText(name) });
  const parts: Text[] = [
    pod === undefined ? NOTHING : text('pod {pod}, ', 'Pod{pod}，', { pod }),
    itself,
    runtime === undefined
      ? NOTHING
      : text(' ({runtime})', '（{runtime}）', { runtime: visibleText(runtime) }),
    service === undefined
      ? NOTHING
      : text(' of {service}', '，属于{service}', { service: visibleText(service) }),
    uid === undefined ? NOTHING : text(', user {uid}', '，用户{uid}', { uid }),
  ];
  return joined(parts, '', '');
}

/** Returns the text for the path of a control group; undefined if the path says nothing. */
export function cgroupText(cgroup: string | undefined): Text | undefined {
  const workload = workloadOf(cgroup);
  return workload && workloadText(workload);
}
