// Devices in a few words.
import { visibleText } from '@rtprobe/metrics';
import type { Device } from '@rtprobe/protocol';

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
