import type { InterruptLine } from '@rtprobe/protocol';
import { interruptFactsSchema } from '@rtprobe/protocol/schemas';
import { describe, expect, it } from 'vitest';
import { Devices } from './devices.ts';
import { factsText, irqLines, pciLine, type TestLine } from './testing.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function devicesOf(lines: readonly TestLine[]): Devices {
  const devices = new Devices();
  expect(devices.add(bytes(factsText(lines)), 1000)).toBe(true);
  return devices;
}

const line = (devices: Devices, irq: number): InterruptLine => devices.lines.find((one) => one.irq === irq)!;

const VIRTIO_NET: TestLine[] = [
  ...irqLines(24, 'PCI-MSIX-0000:00:03.0', 'virtio0-config'),
  ...irqLines(25, 'PCI-MSIX-0000:00:03.0', 'virtio0-input.0', '1'),
  pciLine('03', '1af4:1000', 'irq=11', 'msi_irqs=25,24', 'driver=virtio-pci', 'driver/module=virtio_pci'),
  [
    '/sys/bus/virtio/devices/virtio0',
    '/sys/devices/pci0000:00/0000:00:03.0/virtio0',
    ...['driver=virtio_net', 'driver/module=virtio_net'],
  ],
  ['/sys/class/net/eth0', '/sys/devices/pci0000:00/0000:00:03.0/virtio0/net/eth0'],
  ['/sys/class/net/lo', '/sys/devices/virtual/net/lo'],
];

describe('the devices of interrupt lines', () => {
  it('have chip, hardware number, trigger and both affinities', () => {
    expect(line(devicesOf(VIRTIO_NET), 25)).toMatchObject({
      ...{ chip: 'PCI-MSIX-0000:00:03.0', hwirq: '1', trigger: 'edge', actions: ['virtio0-input.0'] },
      ...{ affinity: '1', effectiveAffinity: '0' },
    });
  });

  it('have the driver of the virtio device and the ids of the PCI device below it', () => {
    expect(line(devicesOf(VIRTIO_NET), 25).devices).toEqual([
      {
        ...{ bus: 'pci', address: '0000:00:03.0', ids: '1af4:1000', subsystemIds: '1af4:1100' },
        ...{ driver: 'virtio_net', module: 'virtio_net', interfaces: ['eth0'] },
        ...{ by: 'msi', action: 'virtio0-input.0' },
      },
    ]);
  });

  it('are told apart on a shared line by the names of their actions', () => {
    const devices = devicesOf([
      ...irqLines(11, 'IO-APIC', 'rtprobe-edu,eth1,uhci_hcd:usb1'),
      pciLine('04', '1234:11e8', 'irq=11', 'driver=rtprobe-edu', 'driver/module=rtprobe_disturb'),
      pciLine('05', '8086:100e', 'irq=11', 'driver=e1000', 'driver/module=e1000'),
      pciLine('06', '8086:7112', 'irq=11', 'driver=uhci_hcd'),
      pciLine('07', '8086:7113', 'irq=11'),
      ['/sys/class/net/eth1', '/sys/devices/pci0000:00/0000:00:05.0/net/eth1'],
      [
        '/sys/bus/usb/devices/usb1',
        '/sys/devices/pci0000:00/0000:00:06.0/usb1',
        'idVendor=1d6b',
        'idProduct=0001',
      ],
    ]);
    const found = line(devices, 11).devices.map(({ address, action, by }) => [address, action, by]);
    expect(found).toEqual([
      ['0000:00:04.0', 'rtprobe-edu', 'line'],
      ['0000:00:05.0', 'eth1', 'line'],
      ['0000:00:06.0', 'uhci_hcd:usb1', 'line'],
    ]);
    expect(devices.ofIrq(11, 'eth1')?.driver).toBe('e1000');
    expect(devices.ofIrq(11, 'rtprobe-edu')?.ids).toBe('1234:11e8');
  });

  it('are found by a name that the module has cut, unless two actions begin with it', () => {
    const name = 'rtprobe-edu-channel-0000:00:04.0-rx';
    const edu = pciLine('04', '1234:11e8', 'msi_irqs=30,31', 'driver=rtprobe-edu');
    const one = devicesOf([...irqLines(30, 'PCI-MSI', name), edu]);
    expect(one.has(30, name.slice(0, 31))).toBe(true);
    expect(one.ofIrq(30, name.slice(0, 31))?.ids).toBe('1234:11e8');
    expect(one.ofIrq(30, name.slice(0, 30))).toBeUndefined();
    const two = devicesOf([...irqLines(31, 'PCI-MSI', `${name},${name.slice(0, -2)}tx`), edu]);
    expect(two.ofIrq(31, name.slice(0, 31))).toBeUndefined();
  });

  it('are not guessed on a shared line whose names do not tell', () => {
    const devices = devicesOf([
      ...irqLines(11, 'IO-APIC', 'one,two'),
      pciLine('04', '1234:11e8', 'irq=11', 'driver=x'),
      pciLine('05', '8086:100e', 'irq=11', 'driver=y'),
    ]);
    expect(line(devices, 11).devices).toHaveLength(2);
    expect(devices.ofIrq(11, 'one')).toBeUndefined();
  });

  it('of two equal devices are not told apart by a driver that both have', () => {
    const devices = devicesOf([
      ...irqLines(11, 'IO-APIC', 'snd,snd'),
      pciLine('04', '8086:2668', 'irq=11', 'driver=snd'),
      pciLine('05', '8086:2668', 'irq=11', 'driver=snd'),
    ]);
    expect(devices.ofIrq(11, 'snd')).toBeUndefined();
  });

  it('are listed, but not named, where no action has their name: a driver need not use the line', () => {
    const devices = devicesOf([
      ...irqLines(9, 'IO-APIC', 'acpi'),
      ...irqLines(3, 'IO-APIC', 'sensor'),
      pciLine('01', '8086:7113', 'irq=9', 'driver=piix4_smbus', 'driver/module=i2c_piix4'),
      ['/sys/bus/platform/devices/serial8250', '/sys/devices/platform/serial8250', 'driver=serial8250'],
      ['/sys/class/tty/ttyS1', '/sys/devices/platform/serial8250/tty/ttyS1', 'irq=3'],
    ]);
    expect(line(devices, 9).devices).toMatchObject([{ address: '0000:00:01.0', by: 'line' }]);
    expect(line(devices, 9).devices[0]).not.toHaveProperty('action');
    expect(devices.ofIrq(9, 'acpi')).toBeUndefined();
    expect(devices.ofIrq(3, 'sensor')).toBeUndefined();
  });

  it('keep how they were found', () => {
    const devices = devicesOf([
      ...VIRTIO_NET,
      ...irqLines(11, 'IO-APIC', 'e1000'),
      ...irqLines(40, 'GICv3', 'fe201000.serial'),
      pciLine('05', '8086:100e', 'irq=11', 'driver=e1000'),
      ['/sys/bus/platform/devices/fe201000.serial', '/sys/devices/platform/fe201000.serial'],
    ]);
    expect(devices.ofIrq(25, 'virtio0-input.0')?.by).toBe('msi');
    expect(devices.ofIrq(11, 'e1000')?.by).toBe('line');
    expect(devices.ofIrq(40, 'fe201000.serial')?.by).toBe('name');
  });

  it('do not include a device on the line that it left for message-signalled interrupts', () => {
    const devices = devicesOf([
      ...irqLines(11, 'IO-APIC', 'other'),
      pciLine('04', '8086:100e', 'irq=11', 'msi_irqs=30', 'driver=e1000e'),
    ]);
    expect(line(devices, 11).devices).toEqual([]);
  });

  it('are found through the serial port of the line', () => {
    const devices = devicesOf([
      ...irqLines(4, 'IO-APIC', 'ttyS0'),
      ['/sys/bus/pnp/devices/00:04', '/sys/devices/pnp0/00:04', 'driver=serial'],
      ['/sys/class/tty/ttyS0', '/sys/devices/pnp0/00:04/00:04:0/00:04:0.0/tty/ttyS0', 'irq=4'],
      ['/sys/class/tty/ttyS1', '/sys/devices/platform/serial8250/tty/ttyS1', 'irq=3'],
    ]);
    expect(line(devices, 4).devices).toEqual([
      { bus: 'pnp', address: '00:04', driver: 'serial', interfaces: ['ttyS0'], by: 'line', action: 'ttyS0' },
    ]);
  });

  it('are found by the name of the action where sysfs has no interrupts', () => {
    const devices = devicesOf([
      ...irqLines(40, 'GICv3', 'fe201000.serial'),
      ...irqLines(41, 'GICv3', 'virtio1'),
      ...irqLines(42, 'GICv3', 'arch_timer'),
      [
        '/sys/bus/platform/devices/fe201000.serial',
        '/sys/devices/platform/soc/fe201000.serial',
        'driver=uart-pl011',
      ],
      [
        '/sys/bus/platform/devices/a003e00.virtio_mmio',
        '/sys/devices/platform/a003e00.virtio_mmio',
        'driver=virtio-mmio',
      ],
      [
        '/sys/bus/virtio/devices/virtio1',
        '/sys/devices/platform/a003e00.virtio_mmio/virtio1',
        'driver=virtio_blk',
      ],
      ['/sys/block/vda', '/sys/devices/platform/a003e00.virtio_mmio/virtio1/block/vda'],
    ]);
    expect(line(devices, 40).devices).toMatchObject([{ driver: 'uart-pl011', by: 'name' }]);
    expect(line(devices, 41).devices).toMatchObject([
      { driver: 'virtio_blk', interfaces: ['vda'], by: 'name' },
    ]);
    expect(line(devices, 42).devices).toEqual([]);
  });

  it('have the USB devices behind a controller, without its hubs', () => {
    const usb = (name: string, where: string, ...values: string[]): TestLine => [
      `/sys/bus/usb/devices/${name}`,
      `/sys/devices/pci0000:00/0000:00:14.0/usb1${where}`,
      ...values,
    ];
    const devices = devicesOf([
      ...irqLines(30, 'PCI-MSI', 'xhci_hcd'),
      pciLine('14', '8086:a36d', 'msi_irqs=30', 'driver=xhci_hcd', 'driver/module=xhci_pci'),
      usb('usb1', '', 'idVendor=1d6b', 'idProduct=0002', 'driver=usb'),
      usb(
        '1-2',
        '/1-2',
        'idVendor=0627',
        'idProduct=0001',
        'manufacturer=QEMU',
        'product=QEMU USB Tablet',
        'driver=usb',
      ),
      usb('1-2:1.0', '/1-2/1-2:1.0', 'driver=usbhid'),
    ]);
    expect(line(devices, 30).devices[0]?.attached).toEqual([
      {
        ...{ bus: 'usb', address: '1-2', ids: '0627:0001', driver: 'usbhid' },
        ...{ vendor: 'QEMU', product: 'QEMU USB Tablet' },
      },
    ]);
  });

  const work = (name: string) =>
    ({ kind: 'task', number: 0, name: 'kworker/0:1', callback: { kind: 'work', function: name } }) as const;

  it('have no USB devices of a controller behind a bridge', () => {
    const behind = '/sys/devices/pci0000:00/0000:00:1c.0/0000:01:00.0';
    const devices = devicesOf([
      ...irqLines(26, 'PCI-MSI', 'pcieport'),
      ...irqLines(30, 'PCI-MSI', 'xhci_hcd'),
      pciLine('1c', '8086:a110', 'msi_irqs=26', 'driver=pcieport'),
      ['/sys/bus/pci/devices/0000:01:00.0', behind, 'msi_irqs=30', 'driver=xhci_hcd'],
      ['/sys/bus/usb/devices/usb1', `${behind}/usb1`, 'idVendor=1d6b', 'idProduct=0002'],
      ['/sys/bus/usb/devices/1-2', `${behind}/usb1/1-2`, 'idVendor=0627', 'idProduct=0001'],
    ]);
    expect(line(devices, 26).devices[0]).not.toHaveProperty('attached');
    expect(line(devices, 30).devices[0]?.attached).toMatchObject([{ address: '1-2' }]);
  });

  it('are found for a function by its module, if that drives one device only', () => {
    const devices = devicesOf([
      ...VIRTIO_NET,
      pciLine('05', '8086:100e', 'driver=e1000', 'driver/module=e1000'),
      pciLine('06', '8086:100e', 'driver=e1000', 'driver/module=e1000'),
    ]);
    expect(devices.of(work('virtnet_poll [virtio_net]'))).toMatchObject({
      ...{ address: '0000:00:03.0', by: 'module' },
    });
    expect(devices.of(work('e1000_watchdog [e1000]'))).toBeUndefined();
    expect(devices.of(work('vmstat_update'))).toBeUndefined();
  });

  it('are found for a poll by the interface that it polls', () => {
    const devices = devicesOf([
      pciLine('05', '8086:100e', 'driver=e1000', 'driver/module=e1000'),
      pciLine('06', '8086:100e', 'driver=e1000', 'driver/module=e1000'),
      ['/sys/class/net/eth1', '/sys/devices/pci0000:00/0000:00:06.0/net/eth1'],
    ]);
    const poll = (name: string) =>
      devices.of({ kind: 'softirq', number: 3, name: 'NET_RX', callback: { kind: 'napi', function: name } });
    expect(poll('eth1: e1000_clean [e1000]')).toMatchObject({
      address: '0000:00:06.0',
      interfaces: ['eth1'],
    });
    expect(poll('eth0: e1000_clean [e1000]')).toBeUndefined();
    expect(poll('e1000_clean [e1000]')).toBeUndefined();
  });

  it('are not found by a module that drives USB devices, too, or if the agent left something out', () => {
    const usb: TestLine = [
      '/sys/bus/usb/devices/1-2:1.0',
      '/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0',
      ...['driver=vnet_usb', 'driver/module=virtio_net'],
    ];
    expect(devicesOf([...VIRTIO_NET, usb]).of(work('virtnet_poll [virtio_net]'))).toBeUndefined();
    const cut = new Devices();
    cut.add(bytes(factsText(VIRTIO_NET, 1)), 1);
    expect(cut.of(work('virtnet_poll [virtio_net]'))).toBeUndefined();
    expect(cut.ofIrq(25, 'virtio0-input.0')).toBeDefined();
  });

  it('are not given to an action that the line does not have', () => {
    expect(devicesOf(VIRTIO_NET).ofIrq(25, 'other')).toBeUndefined();
    expect(devicesOf(VIRTIO_NET).ofIrq(99, 'virtio0-input.0')).toBeUndefined();
  });
});

describe('an answer of the agent', () => {
  it('can have several frames', () => {
    const devices = new Devices();
    const text = factsText(VIRTIO_NET, 3);
    const cut = text.indexOf('\n', 200) + 1;
    expect(devices.add(bytes(text.slice(0, cut)), 1)).toBe(false);
    expect(devices.lines).toEqual([]);
    expect(devices.add(bytes(text.slice(cut)), 2)).toBe(true);
    expect(devices).toMatchObject({ readAt: 2, leftOut: 3 });
    expect(devices.frames).toHaveLength(2);
    expect(devices.lines).toHaveLength(2);
  });

  it('is dropped without its beginning, and keeps the answer before', () => {
    const devices = devicesOf(VIRTIO_NET);
    expect(devices.add(bytes('/proc/irq/9\t\tx=1\nend 0\n'), 2)).toBe(false);
    expect(devices.lines).toHaveLength(2);
  });

  it('starts again with another beginning', () => {
    const devices = new Devices();
    devices.add(bytes('begin\n/sys/kernel/irq/9\t\tchip_name=old\n'), 1);
    devices.add(bytes(factsText(VIRTIO_NET)), 2);
    expect(devices.lines.map(({ irq }) => irq)).toEqual([24, 25]);
  });

  it('without an end does not fill the memory', () => {
    const devices = new Devices();
    devices.add(bytes('begin\n'), 1);
    for (let i = 0; i < 100; i++) devices.add(bytes('x'.repeat(65_000)), 1);
    expect(devices.add(bytes('end 0\n'), 1)).toBe(false);
  });

  it.each([
    ['no tabs', 'begin\nend 0\n/sys\n\n\t\t\t\nend 0\n'],
    [
      'irqs that are no numbers',
      factsText([
        ['/sys/kernel/irq/../x', '', 'actions=a'],
        ['/sys/kernel/irq/-1', ''],
      ]),
    ],
    ['numbers beyond any irq', factsText([['/sys/kernel/irq/99999999999999999999', '', 'actions=a']])],
    ['ids that are no ids', factsText([pciLine('03', '<b>:.*', 'msi_irqs=a,b,-1,24', 'irq=__proto__')])],
    [
      'devices inside themselves',
      factsText([
        ['/sys/bus/pci/devices/a', '/'],
        ['/sys/bus/pci/devices/b', '/'],
      ]),
    ],
    [
      'names of properties',
      factsText([['/sys/bus/pci/devices/__proto__', '/sys/devices/__proto__', '__proto__=1']]),
    ],
  ])('that is malicious is read as far as it is valid: %s', (_, text) => {
    const devices = new Devices();
    devices.add(bytes(text), 1);
    const facts = { host: 'h', facts: 'read', leftOut: 0, lines: devices.lines };
    expect(interruptFactsSchema.safeParse(facts).error).toBeUndefined();
  });

  it('has no value beyond the limit of the agent', () => {
    const long = 'x'.repeat(4096);
    const of = (actions: string) => line(devicesOf(irqLines(7, 'IO-APIC', actions)), 7).actions;
    expect(of(long)).toEqual([long]);
    expect(of(`${long}x`)).toEqual([]);
    expect(devicesOf([['/sys/kernel/irq/8', long, `chip_name=${long}`]]).lines).toEqual([]);
  });

  it('describes each device once, however many interrupts it has', () => {
    let asked = 0;
    const list = () => ({
      names: () => {
        asked++;
        return {};
      },
    });
    const devices = new Devices({ pci: list(), usb: list() });
    const irqs = Array.from({ length: 500 }, (_, i) => i + 1);
    const path = '/sys/devices/pci0000:00/0000:00:03.0';
    const text = factsText([
      ...irqs.flatMap((irq) => irqLines(irq, 'PCI-MSIX', `queue-${irq}`)),
      pciLine('03', '1af4:1000', `msi_irqs=${irqs.join(',')}`),
      ['/sys/bus/usb/devices/1-2', `${path}/usb1/1-2`, 'idVendor=0627', 'idProduct=0001'],
    ]);
    devices.add(bytes(text), 1);
    expect(devices.lines).toHaveLength(500);
    expect(asked).toBe(2);
  });

  it('with many actions and devices of one line is read in a moment', () => {
    const names = Array.from({ length: 200 }, (_, i) => `d${i}`);
    const irqs = Array.from({ length: 60 }, (_, i) => i + 1);
    const devices = devicesOf([
      ...irqs.flatMap((irq) => irqLines(irq, 'PCI-MSI', names.join(','))),
      ...names.map((name): TestLine => {
        const path = `/sys/devices/${name}`;
        return [`/sys/bus/pci/devices/${name}`, path, 'driver=d', `msi_irqs=${irqs.join(',')}`];
      }),
    ]);
    const before = performance.now();
    expect(devices.lines).toHaveLength(60);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it('of the largest size is read in a moment', () => {
    const many = Array.from({ length: 2500 }, (_, i) => irqLines(i + 1, 'GICv3', `device-${i}`)).flat();
    const nodes = Array.from(
      { length: 1000 },
      (_, i): TestLine => [`/sys/bus/platform/devices/d${i}`, `/sys/devices/platform/d${i}`, 'driver=d'],
    );
    const devices = devicesOf([...many, ...nodes]);
    const before = performance.now();
    expect(devices.lines).toHaveLength(2500);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
