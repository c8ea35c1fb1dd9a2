// Identifies a machine, and its current boot, independently of its hostname.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MachineIdentity {
  /** A hash of the machine id: the id itself must not be published (machine-id(5)). Missing if the machine has none. */
  readonly machine?: string;
  /** Changes with every boot; missing if it could not be read. */
  readonly boot?: string;
}

export const MACHINE_ID = '/etc/machine-id';
export const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** Returns undefined if the text is not a machine id: missing, "uninitialized" (before the first boot), or invalid. */
function machineOf(machineId: string): string | undefined {
  const id = machineId.trim().toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id) || /^(.)\1*$/.test(id)) return undefined;
  return createHash('sha256').update(`rtprobe ${id}`).digest('hex').slice(0, 32);
}

/** Returns undefined if neither is known. */
export function toIdentity(machineId = '', bootId = ''): MachineIdentity | undefined {
  const machine = machineOf(machineId);
  const boot = bootId.trim().toLowerCase();
  const isBoot = /^[0-9a-f-]{36}$/.test(boot);
  if (machine === undefined && !isBoot) return undefined;
  return { ...(machine !== undefined && { machine }), ...(isBoot && { boot }) };
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
