// Decides the name of each host and whose history it continues. A host is identified by its machine id, so another host
// of the same hostname has another history. A host without a machine id is identified by its name. A name that a person
// chose always decides.
import type { MachineIdentity } from '../base/identity.ts';

/** A host of the history store. */
export interface StoredHost {
  readonly name: string;
  /** Missing for a host that is identified by its name. */
  readonly machine?: string;
}

/** What a host reports about its identity. */
export interface Claim {
  /** Number of the host in this bridge. */
  readonly index: number;
  readonly givenName: string | undefined;
  readonly hostname: string | undefined;
  /** Its current name. */
  readonly name: string;
  readonly identity: MachineIdentity | undefined;
  /** Title of its source: distinguishes machines with the same machine id. */
  readonly source: string;
}

/** The name of the host and its place in the store; `warning` is shown to the user. */
export interface Registration extends StoredHost {
  readonly warning?: string;
}

interface LiveHost extends StoredHost {
  readonly identity: MachineIdentity | undefined;
}

/** Returns a name that no other host of this bridge has. */
export function uniqueName(name: string, usedNames: ReadonlySet<string>): string {
  let unique = name;
  for (let n = 2; usedNames.has(unique); n++) unique = `${name}-${n}`;
  return unique;
}

export class HostRegistry {
  readonly #live = new Map<number, LiveHost>();
  /** Machine by stored name; undefined for a host that is identified by its name. */
  readonly #machines = new Map<string, string | undefined>();
  readonly #names = new Map<string, string>();

  constructor(stored: readonly StoredHost[] = []) {
    for (const host of stored) this.#store(host);
  }

  /** Reserves the name of a host that has not answered yet, or of a recording. */
  reserve(index: number, name: string): void {
    this.#live.set(index, { name, identity: undefined });
  }

  /** The host is no longer in the bridge. */
  release(index: number): void {
    this.#live.delete(index);
  }

  claim(claim: Claim): Registration {
    const { index, identity, givenName } = claim;
    const twin = this.#twinOf(claim);
    const machine = this.#machineOf(claim, twin);
    const registered =
      givenName === undefined
        ? { name: this.#freeName(claim, machine), ...(machine !== undefined && { machine }) }
        : this.#given(givenName, machine);
    this.#live.set(index, { ...registered, identity });
    this.#store(registered);
    return { ...registered, ...(twin && { warning: warningOf(identity!, twin) }) };
  }

  /** Returns another host of this bridge that has the same machine id. */
  #twinOf({ index, identity }: Claim): LiveHost | undefined {
    if (identity?.machine === undefined) return undefined;
    for (const [other, host] of this.#live) {
      if (other !== index && host.identity?.machine === identity.machine) return host;
    }
    return undefined;
  }

  /** Returns its machine id. If another host had the same id first, returns an id that includes the source. */
  #machineOf({ index, identity, source }: Claim, twin: LiveHost | undefined): string | undefined {
    if (identity?.machine === undefined) return undefined;
    const apart = `${identity.machine}@${source}`;
    const { machine } = this.#live.get(index) ?? {};
    if (machine === identity.machine || machine === apart) return machine;
    const isTaken = twin?.machine === identity.machine;
    return this.#names.has(apart) || isTaken ? apart : identity.machine;
  }

  #given(name: string, machine: string | undefined): StoredHost {
    const isFree = !this.#machines.has(name) || this.#machines.get(name) === undefined;
    const continues = this.#machines.get(name) === machine || (isFree && !this.#stands(name, machine));
    return { name, ...(machine !== undefined && continues && { machine }) };
  }

  /** True if both the name and the machine have a history: these are not joined. */
  #stands(name: string, machine: string | undefined): boolean {
    return this.#machines.has(name) && machine !== undefined && this.#names.has(machine);
  }

  /** Returns the stored name if the hostname is unchanged, else the hostname, with a number if it is in use. */
  #freeName({ index, hostname, name }: Claim, machine: string | undefined): string {
    const wanted = (hostname || name).slice(0, 56);
    const stored = machine === undefined ? undefined : this.#names.get(machine);
    if (stored !== undefined && isNumbered(stored, wanted) && !this.#isTaken(stored, index, machine))
      return stored;
    let free = wanted;
    for (let n = 2; this.#isTaken(free, index, machine); n++) free = `${wanted}-${n}`;
    return free;
  }

  #isTaken(name: string, index: number, machine: string | undefined): boolean {
    for (const [other, host] of this.#live) if (other !== index && host.name === name) return true;
    const owner = this.#machines.get(name);
    return machine !== undefined && owner !== undefined && owner !== machine;
  }

  #store({ name, machine }: StoredHost): void {
    if (machine === undefined) {
      if (!this.#machines.has(name)) this.#machines.set(name, undefined);
      return;
    }
    const before = this.#names.get(machine);
    if (before !== undefined) this.#machines.delete(before);
    this.#machines.set(name, machine);
    this.#names.set(machine, name);
  }
}

const isNumbered = (name: string, wanted: string): boolean =>
  name === wanted || (name.startsWith(`${wanted}-`) && /^\d+$/.test(name.slice(wanted.length + 1)));

function warningOf({ boot }: MachineIdentity, twin: LiveHost): string {
  if (boot !== undefined && boot === twin.identity?.boot) {
    return `this is the same machine as "${twin.name}", connected a second time; both connections are stored`;
  }
  const todo = 'remove /etc/machine-id on one of them and run systemd-machine-id-setup';
  return `this host has the same machine id as "${twin.name}", perhaps from a cloned image; ${todo}`;
}
