// Devices in a few words.
import { visibleText } from '@rtprobe/metrics';
import type { Device, DeviceEvidence } from '@rtprobe/protocol';
import { type Text, text } from './text.ts';

/** What a company's name ends with, which says nothing about the device. */
const LEGAL_FORM =
  /[,.]?\s+(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|gmbh|ag|s\.?a|b\.?v)\.?$/i;

/** Returns "Red Hat" of "Red Hat, Inc.", and "AMD" of "Advanced Micro Devices, Inc. [AMD]". */
function shortVendor(vendor: string): string {
  const [, nickname] = /\[([^\]]+)\]$/.exec(vendor) ?? [];
  let name = nickname ?? vendor;
  for (let before = ''; name !== before; ) {
    before = name;
    name = name.replace(LEGAL_FORM, '').trim() || before;
  }
  return name.replace(/,$/, '');
}

/** Returns "Red Hat Virtio network device"; the ids or the address of a device without names. */
export function deviceName({ vendor, product, ids, address }: Device): string {
  const maker = vendor === undefined ? undefined : shortVendor(vendor);
  if (product === undefined) return visibleText([maker, ids ?? address].filter(Boolean).join(' '));
  const hasMaker = maker === undefined || product.toLowerCase().startsWith(maker.toLowerCase());
  return visibleText(hasMaker ? product : `${maker} ${product}`);
}

/** Returns "virtio_net", and "e1000e (module e1000e_oot)" if the module has another name. */
export function driverText({ driver, module }: Pick<Device, 'driver' | 'module'>): string | undefined {
  const plain = (name: string | undefined) => name?.replaceAll('-', '_');
  if (driver === undefined) return module === undefined ? undefined : visibleText(module);
  if (module === undefined || plain(module) === plain(driver)) return visibleText(driver);
  return visibleText(`${driver} (module ${module})`);
}

/** Returns "Red Hat Virtio network device · virtio_net". */
export function deviceText(device: Device): string {
  return [deviceName(device), driverText(device)].filter((words) => words !== undefined).join(' · ');
}

const evidenceTexts: Readonly<Record<DeviceEvidence, Text>> = {
  msi: text('has this message-signalled interrupt', '拥有此消息信号中断（MSI）'),
  line: text('is assigned to this line', '被分配到此中断线'),
  name: text('found by the name of the action only', '仅由处理程序名称推断'),
  module: text('found as the only device of the module', '推断为该模块驱动的唯一设备'),
};

/** Returns how a device was found. */
export const deviceEvidenceText = (by: DeviceEvidence): Text => evidenceTexts[by];

/** Returns "Red Hat Virtio network device · virtio_net, found by the name of the action only". */
export function deviceWithEvidence(device: Device): string {
  const { by } = device;
  return by === undefined ? deviceText(device) : `${deviceText(device)}, ${deviceEvidenceText(by).en}`;
}
