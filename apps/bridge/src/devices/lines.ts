// Finds the devices of each interrupt line.
import type { DeviceEvidence, InterruptLine, LineDevice } from '@rtprobe/protocol';
import { definedOnly } from '../base/defined-only.ts';
import type { DeviceTree, Node } from './device-tree.ts';
import type { Entries, Entry } from './entries.ts';

/** Devices that a shared line lists. */
const DEVICES_MAX = 16;

const irqOf = (value: string | undefined): number | undefined =>
  value !== undefined && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;

const listOf = (value: string | undefined): string[] =>
  value === undefined || value === '' ? [] : value.split(',');

/** Returns whether a name can end before, or begin after, this character of an action. */
const isBoundary = (character: string | undefined): boolean => !/[\p{L}\p{N}_]/u.test(character ?? ' ');

/** Returns whether an action is called after a device: "virtio0-input.0", "ehci_hcd:usb1", "eth0". */
function isCalled(action: string, name: string): boolean {
  const at = action.indexOf(name);
  return name !== '' && at >= 0 && isBoundary(action[at - 1]) && isBoundary(action[at + name.length]);
}

/** Returns the names with which an action can begin: "virtio0", "virtio0-input" and "virtio0-input.0". */
const beginningsOf = (action: string): string[] =>
  Array.from(action, (_, i) => action.slice(0, i + 1)).filter((name) => isBoundary(action[name.length]));

interface Candidate {
  readonly node: Node;
  readonly by: DeviceEvidence;
}

export class LineFinder {
  readonly #tree: DeviceTree;
  /** Devices with message-signalled interrupts, and with a line, by irq. */
  readonly #bySignal = new Map<number, Candidate[]>();
  readonly #byLine = new Map<number, Candidate[]>();
  /** Devices that are not on USB, by name. */
  readonly #byName: ReadonlyMap<string, readonly Node[]>;

  constructor(tree: DeviceTree, ttys: readonly Entry[]) {
    this.#tree = tree;
    for (const node of tree.nodes) this.#addPci(node);
    this.#byName = Map.groupBy(
      tree.nodes.filter(({ bus }) => bus !== 'usb'),
      ({ entry }) => entry.name,
    );
    for (const { name, values } of ttys) {
      const node = tree.byInterface.get(name);
      if (node) add(this.#byLine, irqOf(values.get('irq')), { node: tree.owner(node), by: 'line' });
    }
  }

  /** A device with message-signalled interrupts does not use the line that its `irq` still names. */
  #addPci(node: Node): void {
    if (node.bus !== 'pci') return;
    const { values } = node.entry;
    const signals = listOf(values.get('msi_irqs'));
    for (const signal of signals) add(this.#bySignal, irqOf(signal), { node, by: 'msi' });
    const isDriven = values.has('driver');
    if (signals.length === 0 && isDriven) add(this.#byLine, irqOf(values.get('irq')), { node, by: 'line' });
  }

  devicesOf(irq: number, actions: readonly string[]): LineDevice[] {
    const candidates = this.#bySignal.get(irq) ?? this.#byLine.get(irq) ?? this.#called(actions);
    const actionOf = this.#matched(candidates, actions);
    return candidates.slice(0, DEVICES_MAX).map(({ node, by }) => {
      const attached = this.#tree.attached(node);
      return {
        ...this.#tree.describe(node),
        by,
        ...definedOnly({ action: actionOf.get(node) }),
        ...(attached.length > 0 && { attached }),
      };
    });
  }

  /**
   * Returns the action of each device that has one. The only action of a message-signalled interrupt is that of its
   * device. A device can have a line without requesting it, so there the name of the action must tell.
   */
  #matched(candidates: readonly Candidate[], actions: readonly string[]): Map<Node, string> {
    const [first] = candidates;
    if (first && first.by !== 'line' && candidates.length === 1 && actions.length === 1)
      return new Map([[first.node, actions[0]!]]);
    // On no real line are there so many.
    if (candidates.length > DEVICES_MAX) return new Map();
    const pairs = candidates.flatMap(({ node }) => {
      const names = this.#tree.namesOf(node);
      const own = actions.filter((action) => names.some((name) => isCalled(action, name)));
      return own.map((action): [Node, string] => [node, action]);
    });
    const byAction = Map.groupBy(pairs, ([, action]) => action);
    const told = pairs.filter(([, action]) => byAction.get(action)!.length === 1);
    const byNode = Map.groupBy(told, ([node]) => node);
    return new Map(told.filter(([node]) => byNode.get(node)!.length === 1));
  }

  /** Returns the only device by whose name an action is called: interrupts of platform devices are not in sysfs. */
  #called(actions: readonly string[]): Candidate[] {
    const found = new Set<Node>();
    for (const action of actions) {
      const interfaces = this.#tree.byInterface.get(action);
      if (interfaces) found.add(this.#tree.owner(interfaces));
      const named = beginningsOf(action).flatMap((name) => this.#byName.get(name) ?? []);
      for (const node of named) found.add(this.#tree.owner(node));
    }
    return found.size === 1 ? [...found].map((node) => ({ node, by: 'name' })) : [];
  }
}

function add(map: Map<number, Candidate[]>, irq: number | undefined, candidate: Candidate): void {
  if (irq === undefined) return;
  const list = map.get(irq);
  if (!list) map.set(irq, [candidate]);
  else if (!list.some(({ node }) => node === candidate.node)) list.push(candidate);
}

/** Returns the lines of a machine, ascending. */
export function interruptLines(entries: Entries, tree: DeviceTree): InterruptLine[] {
  const affinities = new Map(entries.get('/proc/irq')?.map(({ name, values }) => [name, values]));
  const finder = new LineFinder(tree, entries.get('/sys/class/tty') ?? []);
  return (entries.get('/sys/kernel/irq') ?? [])
    .flatMap(({ name, values }) => {
      if (!/^\d{1,9}$/.test(name)) return [];
      const irq = Number(name);
      const actions = listOf(values.get('actions'));
      const affinity = affinities.get(name);
      const line: InterruptLine = {
        irq,
        ...definedOnly({
          chip: values.get('chip_name'),
          hwirq: values.get('hwirq'),
          trigger: values.get('type'),
          affinity: affinity?.get('smp_affinity_list'),
          effectiveAffinity: affinity?.get('effective_affinity_list'),
        }),
        actions,
        devices: finder.devicesOf(irq, actions),
      };
      return [line];
    })
    .sort((a, b) => a.irq - b.irq);
}
