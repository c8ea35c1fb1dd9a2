// The host, the firmware and the devices.
import type { DoctorCheck } from '@rtprobe/protocol';
import { type Check, NOT_IN_COPY, noneFound, ofFile, unlessFile } from './check.ts';
import type { Machine } from './machine.ts';
import { ok, risk, unknown, type Verdict, when } from './verdict.ts';

const DMI = '/sys/class/dmi/id';
const VIRTUAL = /\b(KVM|QEMU|VMware|VirtualBox|Virtual Machine|Bochs|Xen|HVM domU|Parallels|Firecracker)\b/i;
const STAT = '/proc/stat';
/** The eighth value of the line of all CPUs, in ticks: docs of man 5 proc_stat. */
const STEAL = 7;
const MSR = '/dev/cpu/0/msr';
const CONSOLES = '/proc/consoles';
const SERIAL = /^tty(S|AMA|MXC|mxc|PS|O|SC|HS|MSM|USB|LP|GS|STM)\d/;
const CARDS = '/sys/class/drm/card*/device/power/control';

function hypervisor(machine: Machine): Verdict {
  const info = machine.text('/proc/cpuinfo');
  const type = '/sys/hypervisor/type';
  const product = [`${DMI}/sys_vendor`, `${DMI}/product_name`];
  if (info !== undefined && /^flags\s*:.*\bhypervisor\b/m.test(info))
    return risk(
      { source: '/proc/cpuinfo', value: 'flags: hypervisor' },
      ...product.map((path) => machine.file(path)),
    );
  if (machine.text(type) !== undefined) return risk(machine.file(type));
  const named = product.find((path) => VIRTUAL.test(machine.text(path) ?? ''));
  if (named !== undefined) return risk(machine.file(named));
  if (machine.isX86 && info !== undefined)
    return ok({ source: '/proc/cpuinfo', value: 'flags: no hypervisor' });
  if (machine.text(product[0]!) !== undefined) return ok(machine.file(product[0]!));
  return machine.missing(product[0]!);
}

const stolenTime = ofFile(STAT, 'unknown', (text) => {
  const line = /^cpu\s.*$/m.exec(text)?.[0] ?? '';
  const steal = Number(line.split(/\s+/)[STEAL + 1] ?? Number.NaN);
  if (!Number.isFinite(steal))
    return unknown({ en: `${STAT} has no steal time`, zh: `${STAT} 中没有被窃时间` });
  return when(steal > 0, 'problem', { source: STAT, value: `steal ${steal}` });
});

function firmware(machine: Machine): Verdict {
  const { smiCount } = machine.facts;
  if (machine.isX86 === undefined) return machine.missing('/proc/cpuinfo');
  if (!machine.isX86) return ok({ source: 'uname', value: machine.facts.machine ?? 'not x86' });
  if (smiCount === undefined) return unknown(NOT_IN_COPY);
  if (typeof smiCount === 'number')
    return when(smiCount > 0, 'risk', { source: `${MSR} 0x34`, value: String(smiCount) });
  if (smiCount.error === 'ENOENT')
    return unknown({
      en: `${MSR} does not exist; load the kernel module: modprobe msr`,
      zh: `没有 ${MSR}；请加载内核模块：modprobe msr`,
    });
  if (smiCount.error === 'EIO') return unknown({ en: 'this CPU does not count them', zh: '此 CPU 不计数' });
  return unknown({
    en: `${MSR} may be read by root only (${smiCount.error}); collect as root, without lockdown`,
    zh: `只有 root 可以读取 ${MSR} (${smiCount.error})；请在未锁定的内核上以 root 收集`,
  });
}

function memoryErrors(machine: Machine): Verdict {
  const patterns = ['ce_count', 'ue_count'].map((name) => `/sys/devices/system/edac/mc/mc*/${name}`);
  const found = patterns.flatMap((pattern) => machine.matching(pattern));
  if (found.length === 0) return unknown(noneFound(patterns[0]!));
  const evidence = patterns.flatMap((pattern) => machine.grouped(pattern));
  return when(
    found.some(({ text }) => Number(text) > 0),
    'problem',
    ...evidence,
  );
}

const serialConsole = ofFile(CONSOLES, 'unknown', (text, machine) => {
  const serial = text.split('\n').filter((line) => SERIAL.test(line));
  const lines = serial.map((line) => ({ source: CONSOLES, value: line.replaceAll(/\s+/g, ' ') }));
  return when(
    serial.length > 0,
    'risk',
    ...(serial.length > 0 ? lines : [machine.file(CONSOLES)]),
    machine.file('/proc/sys/kernel/printk'),
  );
});

function coalescing(machine: Machine): Verdict {
  const { coalescing: interfaces } = machine.facts;
  if (interfaces === undefined) return unknown(NOT_IN_COPY);
  const used = Object.entries(interfaces).flatMap(([name, value]) =>
    'error' in value || machine.text(`/sys/class/net/${name}/operstate`) === 'down'
      ? []
      : [{ name, ...value }],
  );
  if (used.length === 0)
    return unknown({ en: 'no network interface that is up reports it', zh: '没有已启用的网络接口报告该值' });
  const evidence = used.map(({ name, rxUsecs, txUsecs, adaptive }) => ({
    source: `ethtool -c ${name}`,
    value: `rx-usecs ${rxUsecs}, tx-usecs ${txUsecs}, adaptive ${adaptive ? 'on' : 'off'}`,
  }));
  return when(
    used.some(({ rxUsecs, adaptive }) => adaptive || rxUsecs > 0),
    'risk',
    ...evidence,
  );
}

function graphics(machine: Machine): Verdict {
  const found = machine.matching(CARDS);
  if (found.length === 0)
    return machine.facts.root === undefined ? ok({ source: CARDS, value: 'ENOENT' }) : unknown(NOT_IN_COPY);
  const states = machine.grouped(CARDS.replace('control', 'runtime_status'));
  return when(
    found.some(({ text }) => text === 'auto'),
    'risk',
    ...machine.grouped(CARDS, found),
    ...states,
  );
}

export const deviceChecks = {
  hypervisor: { title: 'Virtual machine', zh: '虚拟机', judge: hypervisor },
  'stolen-time': { title: 'Time stolen by the host', zh: '被宿主机窃取的时间', judge: stolenTime },
  'firmware-interrupts': { title: 'System management interrupts', zh: '系统管理中断', judge: firmware },
  'memory-errors': { title: 'Memory errors', zh: '内存错误', judge: memoryErrors },
  'serial-console': { title: 'Serial console', zh: '串口控制台', judge: serialConsole },
  'network-coalescing': {
    title: 'Interrupt coalescing of network devices',
    zh: '网络设备的中断合并',
    judge: coalescing,
  },
  'graphics-power': { title: 'Power management of graphics', zh: '显卡的电源管理', judge: graphics },
  'pcie-power': {
    title: 'Power management of PCIe links',
    zh: 'PCIe 链路的电源管理',
    judge: unlessFile('/sys/module/pcie_aspm/parameters/policy', 'ok', (text) =>
      text.includes('[performance]'),
    ),
  },
} satisfies Partial<Record<DoctorCheck, Check>>;
