import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedPackages } from '../apt/unpack.ts';
import { cacheRoot } from '../cache.ts';
import type { OnProgress } from '../progress.ts';

/** The suite of EDK II's firmware; it fits every kernel. */
const SUITE = 'bookworm';
const PACKAGES = ['ovmf'];

/** UEFI firmware with Secure Boot on and the usual keys enrolled. */
export interface Firmware {
  readonly code: string;
  /** The variables; each guest has a copy. */
  readonly variables: string;
}

/** Unpacks the firmware into the cache; nothing is installed. @throws LabError of unpackedPackages() */
export async function secureBootFirmware(onProgress: OnProgress): Promise<Firmware> {
  const root = await unpackedPackages(join(cacheRoot(), 'firmware', SUITE), SUITE, PACKAGES, onProgress);
  const file = (name: string): string => join(root, 'usr/share/OVMF', name);
  return { code: file('OVMF_CODE_4M.secboot.fd'), variables: file('OVMF_VARS_4M.ms.fd') };
}

export const variablesFile = (dir: string): string => join(dir, 'variables.fd');

export const copyVariables = ({ variables }: Firmware, dir: string): void =>
  copyFileSync(variables, variablesFile(dir));
