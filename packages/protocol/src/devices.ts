// Interrupt lines, and the devices that they belong to, as the files of the machine describe them.
import type { UnixMicros } from './units.ts';

export const DEVICE_BUSES = ['pci', 'usb', 'virtio', 'platform', 'pnp'] as const;
export type DeviceBus = (typeof DEVICE_BUSES)[number];

/**
 * How a device was found. msi: it has this message-signalled interrupt. line: it is assigned to this line. name: the
 * action has the name of the device. module: it is the only device that the module of the function drives.
 */
export const DEVICE_EVIDENCE = ['msi', 'line', 'name', 'module'] as const;
export type DeviceEvidence = (typeof DEVICE_EVIDENCE)[number];

/** All texts are hostile. */
export interface Device {
  bus: DeviceBus;
  /** Name on its bus, such as "0000:00:03.0". */
  address: string;
  /** "1af4:1000": vendor and device in hexadecimal digits; PCI and USB only. */
  ids?: string;
  /** "1af4:0001": vendor and device of the board; PCI only. */
  subsystemIds?: string;
  /** Names of the ids, from the list of the bridge's machine or from the device. */
  vendor?: string;
  product?: string;
  /** Name of the board. */
  subsystem?: string;
  driver?: string;
  /** Kernel module of the driver; missing if it is built in. */
  module?: string;
  /** Network interfaces, disks and serial ports of the device: "eth0". */
  interfaces?: string[];
  /** Missing from attached devices, and from spikes that an earlier release stored. */
  by?: DeviceEvidence;
}

export interface LineDevice extends Device {
  by: DeviceEvidence;
  /** The action of the device; missing if it cannot be told. */
  action?: string;
  /** USB devices behind a controller. */
  attached?: Device[];
}

export interface InterruptLine {
  irq: number;
  chip?: string;
  /** Number of the interrupt at its chip. */
  hwirq?: string;
  /** "edge" or "level". */
  trigger?: string;
  /** Names of the actions of the line; hostile texts. */
  actions: string[];
  /** CPUs that the line may use, as a list. */
  affinity?: string;
  /** CPUs that the chip uses, as a list. */
  effectiveAffinity?: string;
  devices: LineDevice[];
}

/**
 * read: `lines` has what the agent read. waiting: it has not answered yet. unsupported: the agent or the recording is of
 * a release without facts.
 */
export const FACTS_STATES = ['read', 'waiting', 'unsupported'] as const;
export type FactsState = (typeof FACTS_STATES)[number];

/** `GET /api/v1/interrupts`, of one host. */
export interface InterruptFacts {
  host: string;
  facts: FactsState;
  /** When the agent answered; missing before. */
  readAt?: UnixMicros;
  /** Number of lines and values that exceeded a limit and are missing. */
  leftOut: number;
  /** Ascending. */
  lines: InterruptLine[];
}
