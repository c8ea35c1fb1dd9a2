// What each host is called and whose history it continues. A host is known by its machine id, so that another host of
// the same hostname is another history. One without is known by its name. A name that a person gave decides alone.
import type { MachineIdentity } from '../base/identity.ts';

/** A host of the history store. */
export interface StoredHost {
  readonly name: string;
  /** Missing for one that is known by its name. */
  readonly machine?: string;
}

/** What a host says of itself. */
export interface Claim {
  /** Number of the host in this bridge. */
  readonly index: number;
  readonly givenName: string | undefined;
  readonly hostname: string | undefined;
  /** What it is called until now. */
  readonly name: string;
  readonly identity: MachineIdentity | undefined;
  /** What its source is called: tells machines with one machine id apart. */
  readonly source: string;
}

/** How the host is called and stored; `warning` is for people. */
export interface Registration extends StoredHost {
  readonly warning?: string;
}

interface LiveHost extends StoredHost {
  readonly identity: MachineIdentity | undefined;
}

export class HostRegistry {
  readonly #live = new Map<number, LiveHost>();
  /** Machine by stored name; undefined for a host that is known by its name. */
  readonly #machines = new Map<string, string | undefined>();
  readonly #names = new Map<string, string>();

  constructor(stored: readonly StoredHost[] = []) {
    for (const host of stored) this.#store(host);
  }

  /** The name of a host that has not answered yet, or of a recording. */
  reserve(index: number, name: string): void {
    this.#live.set(index, { name, identity: undefined });
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

  /** Another host of this bridge with the same machine id. */
  #twinOf({ index, identity }: Claim): LiveHost | undefined {
    if (!identity) return undefined;
    for (const [other, host] of this.#live) {
      if (other !== index && host.identity?.machine === identity.machine) return host;
    }
    return undefined;
  }

  /** Its machine, or that at its source where another host came first with the same machine id, now or before. */
  #machineOf({ index, identity, source }: Claim, twin: LiveHost | undefined): string | undefined {
    if (!identity) return undefined;
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

  /** A history under the name and another of the machine: they are not joined. */
  #stands(name: string, machine: string | undefined): boolean {
    return this.#machines.has(name) && machine !== undefined && this.#names.has(machine);
  }

  /** The name it is stored under while its hostname is that, else its hostname, with a number where that is taken. */
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
    return `this is the same machine as "${twin.name}", connected a second time; both are stored`;
  }
  const todo = 'remove /etc/machine-id on one of them and run systemd-machine-id-setup';
  return `this host has the same machine id as "${twin.name}", perhaps from a cloned image; ${todo}`;
}
