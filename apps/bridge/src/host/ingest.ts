// Applies what a kernel says, message by message, to a host's state. Knows nothing of connections or timers,
// so a recording passes through exactly what the live host passed through.
import {
  Command,
  type Cost,
  type FamilyMessage,
  type Info,
  type Spike as KernelSpike,
  type NetlinkMessage,
  readNetlink,
  type StreamErrorCode,
} from '@rtprobe/abi';
import type { UnixMicros } from '@rtprobe/protocol';
import type { BridgeError, HostFaultCode } from '../base/errors.ts';
import type { RunDelay } from '../evidence/run-delays.ts';
import { DUMP_BYTES_MAX, type Dump, DumpCollector } from '../netlink/dumps.ts';
import { EventSequence } from '../netlink/event-sequence.ts';
import { kernelError } from '../netlink/kernel-error.ts';
import type { HostState } from '../state/host-state.ts';
import { SPIKES_MAX } from '../state/spike-list.ts';
import type { Announcer } from './announcer.ts';

/** Spikes that may wait for evidence from outside the machine; the oldest goes on without. */
const WAITING_MAX = 64;
/** The histograms were cleared while they were dumped. */
const EAGAIN = 11;

type Ack = NetlinkMessage & { kind: 'ack' };
type Done = NetlinkMessage & { kind: 'done' };

/** What the ingest reports. */
export interface IngestPort {
  /** False for a recording: nothing can be requested, and answers may lack their requests. */
  readonly live: boolean;
  fault(code: StreamErrorCode | HostFaultCode, detail: string): void;
  /** Something is missing or out of date and must be requested; does nothing in a recording. */
  schedule(...commands: Command[]): void;
  /** The request with this number was answered to its end; false when there is none. */
  answered(seq: number, error?: BridgeError): boolean;
  /** A message that answers the request with this number; its end arrives apart. */
  replied(seq: number, reply: object): void;
  infoReceived(info: Info, isNewInstance: boolean): void;
  announce: Announcer['announce'];
  /** One source changed; more may follow at once. */
  sourceChanged(): void;
  /** A spike that was not in the list before; `whole` with all that the module has of it but the trace. */
  spikeReceived(kernel: KernelSpike, whole: boolean): void;
  /** A spike of which the event told the number only: it must be requested. */
  spikeAnnounced(id: bigint): void;
  /** A dump of histograms was applied; `replaced` when totals were replaced, not continued. */
  histogramsApplied(replaced: boolean): void;
  /** Nothing of a dump could be applied: the next must contain every row. */
  allRowsNeeded(): void;
  /** A dump ended, applied or not. */
  dumpEnded(dump: Dump): void;
}

export class Ingest {
  readonly events = new EventSequence();
  readonly #port: IngestPort;
  readonly #state: HostState;
  readonly #dumps = new DumpCollector();
  readonly #fault: IngestPort['fault'];
  #since = 0;
  #repeats = 0;
  #family = 0;
  /** Spikes whose event told the number only and that were not received yet. */
  readonly #announced = new Set<bigint>();
  /** Numbers of the newest request, and of the newest that was abandoned. */
  #newestRequest = 0;
  #abandonedUpTo = 0;
  /** When the newest request was sent. */
  #requestedAt: UnixMicros = 0;
  /** New spikes until samples of run delays cover them. */
  readonly #waiting: { kernel: KernelSpike; whole: boolean }[] = [];
  /** What the module costs each CPU, of the newest dump; empty where get-info has room for it. */
  #costs: Cost[] = [];

  constructor(state: HostState, port: IngestPort) {
    this.#state = state;
    this.#port = port;
    this.#fault = (code, detail) => port.fault(code, detail);
  }

  /** True while the messages of a dump are coming in. */
  get busy(): boolean {
    return this.#dumps.busy;
  }

  get family(): number {
    return this.#family;
  }

  /** The module came or went, or the connection to it did: nothing continues. */
  restart(family: number): void {
    this.#family = family;
    this.abandoned();
    this.events.restart();
    this.#announced.clear();
    for (const spike of this.#waiting.splice(0)) this.#addSpike(spike);
    this.#state.markDiscontinuity();
    this.#repeats = 0;
  }

  /** A request goes out: its answers belong to it. `since` is that of a request for histograms. */
  requested(seq: number, command: Command, since: number, at: UnixMicros): void {
    this.#newestRequest = seq;
    this.#requestedAt = at;
    this.#dumps.begin(seq, command);
    if (command === Command.getHists) this.#since = since;
    if (command === Command.getSpikes) this.#state.markSpikesRequested();
  }

  /** The request in flight was given up; its answer may come all the same. */
  abandoned(): void {
    this.#abandonedUpTo = this.#newestRequest;
    this.#dumps.discard();
  }

  netlink(payload: Uint8Array, at: UnixMicros): void {
    const take = (message: NetlinkMessage) => {
      this.#readClock(message, at);
      this.#message(message);
    };
    readNetlink(payload, this.#family, take, this.#fault);
    this.#release();
  }

  runDelays(delays: readonly RunDelay[]): void {
    this.#state.runDelays.add(delays);
    this.#release();
  }

  /** The machine read its clock for this answer. */
  #readClock(message: NetlinkMessage, at: UnixMicros): void {
    if (message.kind !== 'message' || message.seq !== this.#newestRequest) return;
    if (message.command !== Command.getHists && message.command !== Command.getInfo) return;
    const { now } = message.value;
    if (now !== undefined) this.#state.runDelays.clock.add(now, this.#requestedAt, at);
  }

  /** Reads a request of the recorded bridge. */
  recordedRequest(payload: Uint8Array, at: UnixMicros): void {
    const take = (message: NetlinkMessage) => {
      if (message.kind !== 'message') return;
      const since = message.command === Command.getHists ? (message.value.since ?? 0) : 0;
      this.requested(message.seq, message.command, since, at);
    };
    readNetlink(payload, this.#family, take, this.#fault);
  }

  #message(message: NetlinkMessage): void {
    if (message.kind === 'message') this.#familyMessage(message);
    else if (message.kind === 'ack') this.#acknowledged(message);
    else this.#dumpEnded(message);
  }

  #familyMessage(message: FamilyMessage): void {
    switch (message.command) {
      case Command.getInfo:
        this.#info(message.value);
        break;
      case Command.getConfig:
        this.#state.applyConfig(message.value);
        this.#port.announce('hostChanged');
        break;
      case Command.spikeEvent:
      case Command.sourceEvent:
      case Command.configEvent:
      case Command.lostEvent:
      case Command.rulesEvent:
        this.#event(message);
        break;
      case Command.getSpike:
        this.#wholeSpike(message.value);
        break;
      case Command.addRule:
        this.#port.replied(message.seq, message.value);
        break;
      default:
        if (!this.#dumps.add(message)) this.#unexpected(`command ${message.command}`, message.seq);
    }
  }

  #wholeSpike(kernel: KernelSpike): void {
    const isAnnounced = kernel.id !== undefined && this.#announced.delete(kernel.id);
    const spike = this.#state.applyWholeSpike(kernel);
    if (spike) this.#port.announce('spikeCompleted', spike);
    else if (isAnnounced) this.#newSpike(kernel, true);
  }

  #newSpike(kernel: KernelSpike, whole: boolean): void {
    this.#waiting.push({ kernel, whole });
    if (this.#waiting.length > WAITING_MAX) this.#addSpike(this.#waiting.shift()!);
    this.#release();
  }

  /** Adds the spikes for which all evidence has arrived, in their order. */
  #release(): void {
    while (this.#waiting.length > 0 && !this.#state.awaitsEvidence(this.#waiting[0]!.kernel))
      this.#addSpike(this.#waiting.shift()!);
  }

  #addSpike({ kernel, whole }: { kernel: KernelSpike; whole: boolean }): void {
    const spike = this.#state.applySpike(kernel, whole);
    if (!spike) return;
    this.#port.spikeReceived(kernel, whole);
    this.#port.announce('spikeAdded', spike);
  }

  /** Where others could receive events, too, they tell numbers only. */
  #spikeEvent(kernel: KernelSpike): void {
    if (kernel.valueNs !== undefined || kernel.id === undefined) {
      this.#newSpike(kernel, false);
      return;
    }
    this.#announced.add(kernel.id);
    if (this.#announced.size > SPIKES_MAX) this.#announced.delete(this.#announced.values().next().value!);
    this.#port.spikeAnnounced(kernel.id);
  }

  #event(message: FamilyMessage & { command: 8 | 9 | 10 | 11 | 15 }): void {
    const { eventSeq } = message.value;
    if (eventSeq !== undefined && this.events.received(eventSeq) > 0) this.resync();
    if (message.command === Command.spikeEvent) {
      this.#spikeEvent(message.value);
    } else if (message.command === Command.sourceEvent && message.value.measure === undefined) {
      this.#port.schedule(Command.getSources);
    } else if (message.command === Command.configEvent && message.value.measures === undefined) {
      this.#port.schedule(Command.getConfig);
    } else if (message.command === Command.lostEvent && message.value.lost === undefined) {
      this.#port.schedule(Command.getInfo);
    } else if (message.command === Command.sourceEvent) {
      this.#state.applySource(message.value);
      this.#port.sourceChanged();
    } else if (message.command === Command.configEvent) {
      this.#state.applyConfig(message.value);
      this.#port.announce('hostChanged');
    } else if (message.command === Command.rulesEvent) {
      this.#port.schedule(Command.getRules);
    } else if (this.#state.info && message.value.lost) {
      this.#state.info.lost = message.value.lost;
    }
  }

  /** Asks for what lost events would have told. Counts are totals: they miss nothing. */
  resync(): void {
    this.#port.schedule(Command.getInfo, Command.getConfig, Command.getRules);
    this.#port.schedule(Command.getSources, Command.getSpikes);
  }

  #info(info: Info): void {
    const heldBefore = this.#state.info?.spikesHeld ?? 0;
    if (info.costPartial) {
      // The machine has more CPUs than fit; their cost is that of the newest dump.
      if (this.#costs.length > 0) info.cost = this.#costs;
      this.#port.schedule(Command.getCpus);
    }
    const isNew = this.#state.applyInfo(info);
    if (isNew) this.events.restart();
    if (info.eventSeq !== undefined && this.events.reported(info.eventSeq) > 0) this.resync();
    // Somebody emptied the list by another way.
    if (!isNew && (info.spikesHeld ?? 0) < heldBefore) this.#port.schedule(Command.getSpikes);
    this.#port.infoReceived(info, isNew);
  }

  #acknowledged(ack: Ack): void {
    const error = ack.errno === 0 ? undefined : kernelError(ack.errno, ack.text, ack.attribute);
    // A dump that is refused is answered like any other request. This comes first: the answer sends the next.
    this.#dumps.refused(ack.seq);
    if (!this.#port.answered(ack.seq, error)) this.#unexpected('acknowledgement', ack.seq);
  }

  #dumpEnded(done: Done): void {
    const dump = this.#dumps.done(done.seq);
    if (!dump) {
      this.#unexpected('end of a dump', done.seq);
      return;
    }
    let error: BridgeError | undefined;
    if (dump.bytes > DUMP_BYTES_MAX) this.#fault('E_DUMP_LARGE', `command ${dump.command}`);
    else if (done.errno === EAGAIN) dump.interrupted = true;
    else if (done.errno === 0) this.#apply(dump);
    else if (dump.command === Command.getTrace) error = kernelError(done.errno, done.text);
    else this.#fault('E_DUMP_FAILED', done.text ?? `errno ${done.errno}`);
    if (dump.interrupted) this.#port.schedule(dump.command);
    this.#port.dumpEnded(dump);
    this.#port.answered(done.seq, error);
  }

  #apply(dump: Dump): void {
    if (dump.command === Command.getSources) {
      if (this.#state.applySources(dump)) this.#port.announce('sourcesChanged');
    } else if (dump.command === Command.getSpikes) {
      this.#state.applySpikes(dump);
      this.#port.announce('spikesReplaced');
    } else if (dump.command === Command.getRules) {
      if (this.#state.applyRules(dump)) this.#port.announce('rulesChanged');
    } else if (dump.command === Command.getTasks) {
      this.#state.applyTasks(dump);
      this.#port.announce('tasksChanged');
    } else if (dump.command === Command.getCpus) {
      this.#costs = dump.cpus;
    } else if (dump.command === Command.getTrace) {
      const trace = this.#state.applyTrace(dump);
      if (trace) this.#port.announce('traceAdded', trace);
    } else {
      this.#hists(dump);
    }
  }

  #hists(dump: Dump): void {
    const outcome = this.#state.applyHists(dump, this.#since);
    if (outcome.kind === 'again') {
      // At once the first time; if that did not help, with the next interval's dump.
      if (outcome.need === 'all') this.#port.allRowsNeeded();
      const command =
        outcome.need === 'sources' ? [Command.getSources, Command.getHists] : [Command.getHists];
      if (this.#repeats++ === 0) this.#port.schedule(...command);
      return;
    }
    this.#repeats = 0;
    if (outcome.kind === 'replaced') {
      this.#port.announce('sourcesChanged');
      this.#port.histogramsApplied(true);
      this.#port.announce('totalsReplaced');
      return;
    }
    if (outcome.newRows) this.#port.announce('sourcesChanged');
    this.#port.histogramsApplied(false);
    this.#port.announce('spanAdded', outcome.span);
  }

  /** A recording that was cut into begins between requests and answers; a live host does not. */
  #unexpected(what: string, seq: number): void {
    if (seq !== 0 && seq <= this.#abandonedUpTo) return;
    if (this.#port.live) this.#fault('E_ANSWER_UNEXPECTED', `${what}, number ${seq}`);
  }
}
