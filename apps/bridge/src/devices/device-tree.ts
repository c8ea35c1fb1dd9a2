// The devices of a machine, by their paths below /sys/devices: a device contains those whose paths continue its own.
import type { Device, DeviceBus } from '@rtprobe/protocol';
import { definedOnly } from '../base/defined-only.ts';
import type { Entries, Entry } from './entries.ts';
import type { DeviceNames, Ids } from './id-list.ts';

/** Network interfaces, disks and serial ports that a device lists. */
const INTERFACES_MAX = 8;
/** USB devices that a controller lists. */
const ATTACHED_MAX = 16;

const folders: Readonly<Record<DeviceBus, string>> = {
  pci: '/sys/bus/pci/devices',
  usb: '/sys/bus/usb/devices',
  virtio: '/sys/bus/virtio/devices',
  platform: '/sys/bus/platform/devices',
  pnp: '/sys/bus/pnp/devices',
};
const interfaceFolders = ['/sys/class/net', '/sys/block', '/sys/class/tty'];

export interface Node {
  readonly bus: DeviceBus;
  readonly entry: Entry;
  /** The nearest device that contains it. */
  readonly parent: Node | undefined;
  readonly children: Node[];
  readonly interfaces: string[];
}

const isRootHub = ({ bus, entry }: Node): boolean => bus === 'usb' && /^usb\d+$/.test(entry.name);
/** A USB device; an interface of one has only a driver. */
const isUsbDevice = ({ bus, entry }: Node): boolean => bus === 'usb' && entry.values.has('idVendor');

/** Returns "1af4" of "0x1af4". */
const digits = (value: string | undefined): string | undefined => {
  const found = /^(?:0x)?([0-9a-f]{4})$/i.exec(value ?? '');
  return found?.[1]?.toLowerCase();
};

const pair = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || b === undefined ? undefined : `${a}:${b}`;

function nearest(nodes: ReadonlyMap<string, Node>, path: string): Node | undefined {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const found = nodes.get(path.slice(0, end));
    if (found) return found;
  }
  return undefined;
}

/** Returns the value of a node, which is made when it is needed first. */
function once<T>(made: Map<Node, T>, node: Node, make: () => T): T {
  const found = made.get(node) ?? make();
  made.set(node, found);
  return found;
}

export class DeviceTree {
  readonly nodes: readonly Node[];
  /** The device of each network interface, disk and serial port. */
  readonly byInterface = new Map<string, Node>();
  readonly #names: DeviceNames | undefined;
  readonly #described = new Map<Node, Device>();
  readonly #attached = new Map<Node, Device[]>();
  readonly #called = new Map<Node, string[]>();

  constructor(entries: Entries, names: DeviceNames | undefined) {
    this.#names = names;
    const found = Object.entries(folders).flatMap(([bus, folder]) =>
      (entries.get(folder) ?? []).map((entry) => ({ bus: bus as DeviceBus, entry })),
    );
    const nodes = new Map<string, Node>();
    // A path is shorter than those of the devices inside.
    for (const one of found.sort((a, b) => a.entry.path.length - b.entry.path.length)) {
      const { path } = one.entry;
      const node: Node = { ...one, parent: nearest(nodes, path), children: [], interfaces: [] };
      node.parent?.children.push(node);
      nodes.set(path, node);
    }
    this.nodes = [...nodes.values()];
    for (const { name, path } of interfaceFolders.flatMap((folder) => entries.get(folder) ?? [])) {
      const node = nearest(nodes, path);
      node?.interfaces.push(name);
      if (node) this.byInterface.set(name, node);
    }
  }

  /** Returns the device on which a virtio device sits, which has ids and an address; any other device itself. */
  owner(node: Node): Node {
    return node.bus === 'virtio' && node.parent?.bus === 'pci' ? node.parent : node;
  }

  /** Returns everything that can be told of a device. A virtio device has the driver, the device below it the names. */
  describe(node: Node): Device {
    return once(this.#described, node, () => this.#describe(node));
  }

  #describe(node: Node): Device {
    const { bus, entry } = node;
    const virtio = node.children.filter((child) => child.bus === 'virtio');
    const driving = virtio.length === 1 && virtio[0]!.entry.values.has('driver') ? virtio[0]! : node;
    const names = bus === 'usb' ? this.#usb(entry) : bus === 'pci' ? this.#pci(entry) : {};
    const interfaces = [node, ...virtio, ...(bus === 'usb' ? node.children : [])]
      .flatMap((one) => one.interfaces)
      .sort()
      .slice(0, INTERFACES_MAX);
    return {
      ...{ bus, address: entry.name },
      ...names,
      ...definedOnly({ driver: this.#driverOf(driving), module: driving.entry.values.get('driver/module') }),
      ...(interfaces.length > 0 && { interfaces }),
    };
  }

  /** Returns the USB devices behind a controller; those of other controllers behind a bridge are not its own. */
  attached(node: Node): Device[] {
    const behind = (of: Node): Node[] =>
      of.children.flatMap((child) => (child.bus === 'pci' ? [] : [child, ...behind(child)]));
    return once(this.#attached, node, () =>
      behind(node)
        .filter((child) => isUsbDevice(child) && !isRootHub(child))
        .slice(0, ATTACHED_MAX)
        .map((child) => this.describe(child)),
    );
  }

  /** Returns the names by which an action can call a device. */
  namesOf(node: Node): string[] {
    return once(this.#called, node, () => this.#namesOf(node));
  }

  #namesOf(node: Node): string[] {
    const { entry, children, interfaces } = node;
    const hubs = children.filter(isRootHub).map((hub) => hub.entry.name);
    const virtio = children.filter(({ bus }) => bus === 'virtio');
    const all = [
      entry.name,
      entry.values.get('driver'),
      entry.values.get('driver/module'),
      ...hubs,
      ...interfaces,
    ];
    return [
      ...all.filter((name) => name !== undefined),
      ...virtio.flatMap((child) => [child.entry.name, ...child.interfaces]),
    ];
  }

  /** The driver of a USB device is that of its interfaces; its own is always "usb". */
  #driverOf({ bus, entry, children }: Node): string | undefined {
    if (bus !== 'usb') return entry.values.get('driver');
    const drivers = children
      .filter((child) => !isUsbDevice(child))
      .map((child) => child.entry.values.get('driver'));
    return [...new Set(drivers.filter((name) => name !== undefined))].sort().join(', ') || undefined;
  }

  #pci({ values }: Entry): Partial<Device> {
    const [vendor, product] = [digits(values.get('vendor')), digits(values.get('device'))];
    const [boardVendor, board] = [
      digits(values.get('subsystem_vendor')),
      digits(values.get('subsystem_device')),
    ];
    if (vendor === undefined || product === undefined) return {};
    const ids: Ids = { vendor, product, ...definedOnly({ boardVendor, board }) };
    const names = this.#names?.pci.names(ids);
    const subsystemIds = boardVendor === '0000' ? undefined : pair(boardVendor, board);
    return {
      ...{ ids: `${vendor}:${product}` },
      ...definedOnly({
        subsystemIds,
        vendor: names?.vendor,
        product: names?.product,
        subsystem: names?.board,
      }),
    };
  }

  #usb({ values }: Entry): Partial<Device> {
    const [vendor, product] = [digits(values.get('idVendor')), digits(values.get('idProduct'))];
    if (vendor === undefined || product === undefined) return {};
    const names = this.#names?.usb.names({ vendor, product });
    return {
      ids: `${vendor}:${product}`,
      ...definedOnly({
        vendor: values.get('manufacturer') ?? names?.vendor,
        product: values.get('product') ?? names?.product,
      }),
    };
  }
}
