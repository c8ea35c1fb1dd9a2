// Identifies a machine, and its current boot, independently of its hostname.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MachineIdentity {
  /** A hash of the machine id: the id itself must not be published (machine-id(5)). */
  readonly machine: string;
  /** Changes with every boot; missing if it could not be read. */
  readonly boot?: string;
}

export const MACHINE_ID = '/etc/machine-id';
export const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/**
 * Returns undefined if the text is not a machine id: missing, "uninitialized" (an image before its first boot), or
 * invalid.
 */
export function toIdentity(machineId = '', bootId = ''): MachineIdentity | undefined {
  const id = machineId.trim().toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id) || /^(.)\1*$/.test(id)) return undefined;
  const machine = createHash('sha256').update(`rtprobe ${id}`).digest('hex').slice(0, 32);
  const boot = bootId.trim().toLowerCase();
  return { machine, ...(/^[0-9a-f-]{36}$/.test(boot) && { boot }) };
}

/** Reads the identity from an agent's hello: "… machine-id=HEX boot-id=UUID". */
export function identityInWords(text: string): MachineIdentity | undefined {
  const word = (name: string) => new RegExp(`(?:^|\\s)${name}=([0-9a-fA-F-]{1,36})(?=\\s|$)`).exec(text)?.[1];
  return toIdentity(word('machine-id'), word('boot-id'));
}

/** Reads the identity of the local machine. `root` is the folder that contains /etc and /proc. */
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
