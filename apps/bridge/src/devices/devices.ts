// What is known about the interrupt lines and devices of one machine. Stores the agent's newest answer and reads it when
// it is needed.
import { NAME_LEN } from '@rtprobe/abi';
import type { Device, InterruptLine, SpikePart, UnixMicros } from '@rtprobe/protocol';
import { AnswerCollector, type FactsAnswer } from './answer.ts';
import { DeviceTree, type Node } from './device-tree.ts';
import { type Entries, readEntries } from './entries.ts';
import type { DeviceNames } from './id-list.ts';
import { interruptLines } from './lines.ts';
import { type MachineSettings, machineSettings } from './settings.ts';

/** CPUs that the kernel isolates, as lists; a field is missing if there are none. */
export interface KernelIsolation {
  isolcpus?: string;
  nohzFull?: string;
}

interface Read {
  isolation: KernelIsolation;
  settings: MachineSettings;
  lines: InterruptLine[];
  byIrq: ReadonlyMap<number, InterruptLine>;
  /** Devices by the module of their driver; without modules that drive USB devices, too. */
  byModule: ReadonlyMap<string, readonly Device[]>;
}

/** An interrupt, or the function of a module. */
export type DeviceUser = Pick<SpikePart, 'kind' | 'number' | 'name' | 'callback'>;

/** Bytes of the module's longest name of an action. */
const NAME_MAX = NAME_LEN - 1;

/** Returns the whole name of an action, which the module cuts; undefined if the line has none, or several. */
function actionOf(line: InterruptLine | undefined, name: string): string | undefined {
  const actions = line?.actions ?? [];
  if (actions.includes(name)) return name;
  if (Buffer.byteLength(name) < NAME_MAX) return undefined;
  const [first, ...others] = actions.filter((action) => action.startsWith(name));
  return others.length === 0 ? first : undefined;
}

export const lineText = (irq: number, action: string): string => `${irq} ${action}`;

const NOTHING: Read = { isolation: {}, settings: {}, lines: [], byIrq: new Map(), byModule: new Map() };

/** Returns "virtio_net" of "virtnet_poll [virtio_net]". */
const moduleOf = ({ callback }: DeviceUser): string | undefined =>
  / \[([^\]]+)\]$/.exec(callback?.function ?? '')?.[1];

/** Returns "eth0" of "eth0: virtnet_poll [virtio_net]"; undefined if no network device is polled. */
const interfaceOf = ({ callback }: DeviceUser): string | undefined =>
  callback?.kind === 'napi' ? /^(\S+): /.exec(callback.function)?.[1] : undefined;

export class Devices {
  /** When the newest answer was complete; undefined before. */
  readAt: UnixMicros | undefined;
  readonly #names: DeviceNames | undefined;
  readonly #collector = new AnswerCollector();
  #answer: FactsAnswer | undefined;
  #read: Read | undefined;
  /** Interrupts that were freed since the newest answer: another device can have the same line and name now. */
  readonly #freed = new Set<string>();

  /** Without `names`, devices have ids only. */
  constructor(names?: DeviceNames) {
    this.#names = names;
  }

  /** The frames of the newest answer, for a recording. */
  get frames(): readonly Uint8Array[] {
    return this.#answer?.frames ?? [];
  }

  get leftOut(): number {
    return this.#answer?.leftOut ?? 0;
  }

  get lines(): readonly InterruptLine[] {
    return this.#parsed.lines;
  }

  get isolation(): KernelIsolation {
    return this.#parsed.isolation;
  }

  get settings(): MachineSettings {
    return this.#parsed.settings;
  }

  /** Adds a frame of an answer. Returns true if it completes the answer. */
  add(payload: Uint8Array, at: UnixMicros): boolean {
    const answer = this.#collector.add(payload);
    if (!answer) return false;
    this.#answer = answer;
    this.#read = undefined;
    this.#freed.clear();
    this.readAt = at;
    return true;
  }

  clear(): void {
    this.#collector.clear();
    this.#freed.clear();
    this.#answer = this.#read = this.readAt = undefined;
  }

  /** Drops what is known of an interrupt that was freed. */
  free(irq: number, action: string): void {
    this.#freed.add(lineText(irq, action));
  }

  /** The interrupts that were freed since the newest answer, as "24 eth0". */
  get freed(): readonly string[] {
    return [...this.#freed];
  }

  /** Returns whether the line has this action. */
  has(irq: number, action: string): boolean {
    return actionOf(this.#parsed.byIrq.get(irq), action) !== undefined;
  }

  /**
   * Returns the device of a hard interrupt or an IRQ thread, else the only device that the module of the function
   * drives, or the only one with the interface that it polls; undefined if there is none, or if it cannot be told which.
   * Devices can be among what is left out, and are added and removed while interrupts are freed.
   */
  of(user: DeviceUser): Device | undefined {
    const { kind, number, name } = user;
    if (kind === 'hardirq' || kind === 'irq_thread') return this.ofIrq(number, name);
    const polled = interfaceOf(user);
    const driven = this.#parsed.byModule.get(moduleOf(user) ?? '') ?? [];
    const has = ({ interfaces }: Device): boolean =>
      polled === undefined || interfaces?.includes(polled) === true;
    const [device, ...others] = driven.filter(has);
    const isSure = others.length === 0 && this.leftOut === 0 && this.#freed.size === 0;
    return device && isSure ? { ...device, by: 'module' } : undefined;
  }

  ofIrq(irq: number, action: string): Device | undefined {
    const line = this.#parsed.byIrq.get(irq);
    const full = actionOf(line, action);
    // Another driver has requested the line since.
    if (full === undefined || this.#freed.has(lineText(irq, action))) return undefined;
    const found = line?.devices.find((device) => device.action === full);
    if (!found) return undefined;
    const { action: own, attached, ...device } = found;
    return device;
  }

  get #parsed(): Read {
    if (!this.#answer) return NOTHING;
    this.#read ??= read(this.#answer.text, this.#names);
    return this.#read;
  }
}

function isolationOf(entries: Entries): KernelIsolation {
  const values = entries.get('/sys/devices/system')?.find(({ name }) => name === 'cpu')?.values;
  // Kernels without CPUs of nohz_full= say "(null)".
  const [isolcpus, nohzFull] = ['isolated', 'nohz_full'].map((file) => {
    const list = values?.get(file);
    return list !== undefined && /^[\d,-]+$/.test(list) ? list : undefined;
  });
  return { ...(isolcpus !== undefined && { isolcpus }), ...(nohzFull !== undefined && { nohzFull }) };
}

function read(text: string, names: DeviceNames | undefined): Read {
  const entries = readEntries(text);
  const tree = new DeviceTree(entries, names);
  const lines = interruptLines(entries, tree);
  const isUsb = ({ bus }: Node): boolean => bus === 'usb';
  const ofUsb = new Set(tree.nodes.filter(isUsb).map(({ entry }) => entry.values.get('driver/module')));
  const driven = [...new Set(tree.nodes.map((node) => tree.owner(node)))].filter((node) => !isUsb(node));
  const devices = driven
    .map((node) => tree.describe(node))
    .filter(({ module }) => module !== undefined && !ofUsb.has(module));
  return {
    isolation: isolationOf(entries),
    settings: machineSettings(entries),
    lines,
    byIrq: new Map(lines.map((line) => [line.irq, line])),
    byModule: Map.groupBy(devices, ({ module }) => module!),
  };
}
