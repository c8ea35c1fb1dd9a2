// Requests what a spike's event leaves out: the lists of its processes and its trace. It does so right after the event,
// while the module still has them, and again when a client asks for missing parts.
import { Command, type Spike as KernelSpike } from '@rtprobe/abi';
import type { Spike, Trace } from '@rtprobe/protocol';
import { BridgeError, type HostFaultCode } from '../base/errors.ts';
import type { DetailCommand } from '../sources/source.ts';
import type { HostState } from '../state/host-state.ts';
import type { ListedSpike } from '../state/spike-list.ts';

export interface DetailsPort {
  /** Resolves once the answer was applied to the state; rejects with a BridgeError. */
  query(command: DetailCommand, id: bigint): Promise<void>;
  fault(code: HostFaultCode, detail: string): void;
}

/** Errors that are unrelated to the spike: the host cannot be reached, or its module is older. */
const unrelatedErrors: readonly string[] = ['E_OFFLINE', 'E_UNSUPPORTED'];

export class SpikeDetails {
  readonly #state: HostState;
  readonly #port: DetailsPort;

  constructor(state: HostState, port: DetailsPort) {
    this.#state = state;
    this.#port = port;
  }

  /**
   * Requests what a new spike's event left out. Counts failures: too many requests wait, or the module dropped the
   * record.
   */
  fetch(kernel: KernelSpike, whole: boolean): void {
    const id = kernel.id!;
    if (!whole && hasMore(kernel)) this.#ask(Command.getSpike, id);
    if (kernel.traced === 1) this.#ask(Command.getTrace, id);
  }

  /** Requests a spike whose event contained only its number. */
  fetchAnnounced(id: bigint): void {
    this.#ask(Command.getSpike, id);
  }

  #ask(command: DetailCommand, id: bigint): void {
    this.#port.query(command, id).catch((error: unknown) => {
      if (error instanceof BridgeError && unrelatedErrors.includes(error.code)) return;
      this.#port.fault('E_DETAILS', `command ${command}, spike ${id}: ${(error as Error).message}`);
    });
  }

  /** Returns a listed spike with everything that can still be read. */
  async whole(listed: ListedSpike): Promise<Spike> {
    if (!listed.whole && hasMore(listed.kernel)) await this.#refresh(Command.getSpike, listed.kernel.id!);
    return this.#state.wholeSpike(listed);
  }

  /** Returns the trace of a listed spike; undefined if there is none, or no longer. */
  async trace(listed: ListedSpike): Promise<Trace | undefined> {
    const known = this.#state.trace(listed);
    if (known || listed.kernel.traced !== 1) return known;
    await this.#refresh(Command.getTrace, listed.kernel.id!);
    return this.#state.trace(listed);
  }

  /** Requests the record again. Ignores that the module no longer stores it; reports any other failure. */
  async #refresh(command: DetailCommand, id: bigint): Promise<void> {
    try {
      await this.#port.query(command, id);
    } catch (error) {
      const code = error instanceof BridgeError ? error.code : undefined;
      if (code !== 'E_GONE' && !unrelatedErrors.includes(code ?? '')) throw error;
    }
  }
}

/** Returns true if get-spike reports more than the event did. */
const hasMore = (spike: KernelSpike): boolean =>
  spike.process !== undefined || spike.victimProcess !== undefined || spike.registersWithheld === 1;
