// Writes facts answers, for tests.

/** A line of an answer: its path, its path without links, and `name=value` words. */
export type TestLine = readonly [path: string, real: string, ...values: string[]];

export const factsText = (lines: readonly TestLine[], leftOut = 0): string =>
  `begin\n${lines.map((line) => `${line.join('\t')}\n`).join('')}end ${leftOut}\n`;

/** Returns the line of an interrupt and that of its affinity. */
export const irqLines = (irq: number, chip: string, actions: string, affinity = '0-1'): TestLine[] => [
  [`/sys/kernel/irq/${irq}`, '', `chip_name=${chip}`, 'hwirq=1', 'type=edge', `actions=${actions}`],
  [`/proc/irq/${irq}`, '', `smp_affinity_list=${affinity}`, 'effective_affinity_list=0'],
];

/** Returns the line of a PCI device at 0000:00:SLOT.0. */
export const pciLine = (slot: string, ids: string, ...values: string[]): TestLine => {
  const [vendor, device] = ids.split(':');
  return [
    `/sys/bus/pci/devices/0000:00:${slot}.0`,
    `/sys/devices/pci0000:00/0000:00:${slot}.0`,
    ...[`vendor=0x${vendor}`, `device=0x${device}`, 'subsystem_vendor=0x1af4', 'subsystem_device=0x1100'],
    ...values,
  ];
};
