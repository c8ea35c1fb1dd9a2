// Fetches what a spike's event leaves out: the lists of its processes, and its trace. Right after the event,
// while the module holds them, and again when somebody asks for what was not fetched.
import { Command, type CommandMessages, type Spike as KernelSpike } from '@rtprobe/abi';
import type { Spike, Trace } from '@rtprobe/protocol';
import { BridgeError, type HostFaultCode } from '../base/errors.ts';
import type { HostState } from '../state/host-state.ts';
import type { HeldSpike } from '../state/spike-list.ts';

export interface DetailsPort {
  /** Resolves once the answer was applied to the state; rejects with a BridgeError. */
  ask<C extends Command>(command: C, value: CommandMessages[C]): Promise<void>;
  fault(code: HostFaultCode, detail: string): void;
}

/** Why a question was in vain that says nothing about the spike: the host is away, or its module is older. */
const idle: readonly string[] = ['E_OFFLINE', 'E_UNSUPPORTED', 'E_REPLAY'];

export class SpikeDetails {
  readonly #state: HostState;
  readonly #port: DetailsPort;

  constructor(state: HostState, port: DetailsPort) {
    this.#state = state;
    this.#port = port;
  }

  /** Requests what a new spike's event left out. Counts what could not be read: too many wait, or the module dropped it. */
  fetch(kernel: KernelSpike): void {
    const id = kernel.id!;
    const lists = kernel.process !== undefined || kernel.victimProcess !== undefined;
    if (lists) this.#ask(Command.getSpike, { id });
    if (kernel.traced === 1) this.#ask(Command.getTrace, { id });
  }

  #ask<C extends Command>(command: C, value: CommandMessages[C] & { id: bigint }): void {
    this.#port.ask(command, value).catch((error: unknown) => {
      if (error instanceof BridgeError && idle.includes(error.code)) return;
      this.#port.fault('E_DETAILS', `command ${command}, spike ${value.id}: ${(error as Error).message}`);
    });
  }

  /** All that can be known of a spike that is held. */
  async whole(held: HeldSpike): Promise<Spike> {
    if (!held.whole && hasProcess(held.kernel)) await this.#refresh(Command.getSpike, held.kernel.id!);
    return this.#state.wholeSpike(held);
  }

  /** The trace of a spike that is held; undefined when there is none, or no longer. */
  async trace(held: HeldSpike): Promise<Trace | undefined> {
    const known = this.#state.trace(held);
    if (known || held.kernel.traced !== 1) return known;
    await this.#refresh(Command.getTrace, held.kernel.id!);
    return this.#state.trace(held);
  }

  /** What the module no longer holds is left out of the answer; what keeps it from answering is not silent. */
  async #refresh(command: Command, id: bigint): Promise<void> {
    try {
      await this.#port.ask(command, { id });
    } catch (error) {
      const code = error instanceof BridgeError ? error.code : undefined;
      if (code !== 'E_GONE' && !idle.includes(code ?? '')) throw error;
    }
  }
}

const hasProcess = (spike: KernelSpike): boolean =>
  spike.process !== undefined || spike.victimProcess !== undefined;
