// Fetches what a spike's event leaves out: the lists of its processes, and its trace. Right after the event,
// while the module holds them, and again when somebody asks for what was not fetched.
import { Command, type CommandMessages, type Spike as KernelSpike } from '@rtprobe/abi';
import type { Spike, Trace } from '@rtprobe/protocol';
import { BridgeError, type HostFaultCode } from '../base/errors.ts';
import type { HostState } from '../state/host-state.ts';
import type { ListedSpike } from '../state/spike-list.ts';

export interface DetailsPort {
  /** Resolves once the answer was applied to the state; rejects with a BridgeError. */
  query<C extends Command>(command: C, value: CommandMessages[C]): Promise<void>;
  fault(code: HostFaultCode, detail: string): void;
}

/** Errors that say nothing about the spike: the host cannot be reached, or its module is older. */
const unrelatedErrors: readonly string[] = ['E_OFFLINE', 'E_UNSUPPORTED', 'E_REPLAY'];

export class SpikeDetails {
  readonly #state: HostState;
  readonly #port: DetailsPort;

  constructor(state: HostState, port: DetailsPort) {
    this.#state = state;
    this.#port = port;
  }

  /** Requests what a new spike's event left out. Counts what could not be read: too many wait, or the module dropped it. */
  fetch(kernel: KernelSpike, whole: boolean): void {
    const id = kernel.id!;
    if (!whole && hasMore(kernel)) this.#ask(Command.getSpike, { id });
    if (kernel.traced === 1) this.#ask(Command.getTrace, { id });
  }

  /** Requests a spike whose event told only its number. */
  fetchAnnounced(id: bigint): void {
    this.#ask(Command.getSpike, { id });
  }

  #ask<C extends Command>(command: C, value: CommandMessages[C] & { id: bigint }): void {
    this.#port.query(command, value).catch((error: unknown) => {
      if (error instanceof BridgeError && unrelatedErrors.includes(error.code)) return;
      this.#port.fault('E_DETAILS', `command ${command}, spike ${value.id}: ${(error as Error).message}`);
    });
  }

  /** All that can be known of a spike that is listed. */
  async whole(listed: ListedSpike): Promise<Spike> {
    if (!listed.whole && hasMore(listed.kernel)) await this.#refresh(Command.getSpike, listed.kernel.id!);
    return this.#state.wholeSpike(listed);
  }

  /** The trace of a spike that is listed; undefined when there is none, or no longer. */
  async trace(listed: ListedSpike): Promise<Trace | undefined> {
    const known = this.#state.trace(listed);
    if (known || listed.kernel.traced !== 1) return known;
    await this.#refresh(Command.getTrace, listed.kernel.id!);
    return this.#state.trace(listed);
  }

  /** What the module no longer holds is left out of the answer; what keeps it from answering is not silent. */
  async #refresh(command: Command, id: bigint): Promise<void> {
    try {
      await this.#port.query(command, { id });
    } catch (error) {
      const code = error instanceof BridgeError ? error.code : undefined;
      if (code !== 'E_GONE' && !unrelatedErrors.includes(code ?? '')) throw error;
    }
  }
}

/** Whether get-spike tells more than the event did. */
const hasMore = (spike: KernelSpike): boolean =>
  spike.process !== undefined || spike.victimProcess !== undefined || spike.registersWithheld === 1;
