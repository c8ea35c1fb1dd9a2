// Which machine a host is, and which boot of it, however it is called.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MachineIdentity {
  /** Made from the machine id, which must not leave the machine as it is (machine-id(5)). */
  readonly machine: string;
  /** Differs from boot to boot; missing where it could not be read. */
  readonly boot?: string;
}

export const MACHINE_ID = '/etc/machine-id';
export const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** Undefined when the words are no machine id: missing, of an image that was not booted yet, or made up. */
export function toIdentity(machineId = '', bootId = ''): MachineIdentity | undefined {
  const id = machineId.trim().toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id) || /^(.)\1*$/.test(id)) return undefined;
  const machine = createHash('sha256').update(`rtprobe ${id}`).digest('hex').slice(0, 32);
  const boot = bootId.trim().toLowerCase();
  return { machine, ...(/^[0-9a-f-]{36}$/.test(boot) && { boot }) };
}

/** Identity in the words that an agent says hello with: "… machine-id=HEX boot-id=UUID". */
export function identityInWords(text: string): MachineIdentity | undefined {
  const word = (name: string) => new RegExp(`(?:^|\\s)${name}=([0-9a-fA-F-]{1,36})(?=\\s|$)`).exec(text)?.[1];
  return toIdentity(word('machine-id'), word('boot-id'));
}

/** Identity of the machine that this process runs on. `root` is where /etc and /proc are. */
export function readIdentity(root = '/'): MachineIdentity | undefined {
  const read = (path: string) => {
    try {
      return readFileSync(join(root, path), 'utf8');
    } catch {
      return undefined;
    }
  };
  return toIdentity(read(MACHINE_ID), read(BOOT_ID));
}
