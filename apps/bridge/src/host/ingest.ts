// Applies messages of a kernel to a host's state. Does not use connections or timers, so that a recording is processed
// exactly like a live host.
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
import type { SpikePlaces } from '../evidence/user-places.ts';
import { DUMP_BYTES_MAX, type Dump, DumpCollector } from '../netlink/dumps.ts';
import { EventSequence } from '../netlink/event-sequence.ts';
import { kernelError } from '../netlink/kernel-error.ts';
import type { HostState } from '../state/host-state.ts';
import { SPIKES_MAX } from '../state/spike-list.ts';
import type { Announcer } from './announcer.ts';

/** Spikes that may wait for evidence from outside the machine. Beyond it the oldest is processed without. */
const WAITING_MAX = 64;
/** errno of a dump that was interrupted by a clear of the histograms. */
const EAGAIN = 11;
/** Maximum repetitions of a dump that is interrupted each time; then it is used as it is. */
const INTERRUPTED_MAX = 3;

/** A spike is not delayed longer than this to wait for places in user mode. */
const PLACES_AWAITED_US = 1_000_000;

interface WaitingSpike {
  readonly kernel: KernelSpike;
  readonly whole: boolean;
  /** Places in user mode are awaited until then; 0: they are not. */
  placesUntil: UnixMicros;
}

type Ack = NetlinkMessage & { kind: 'ack' };
type Done = NetlinkMessage & { kind: 'done' };

/** What the ingest reports. */
export interface IngestPort {
  /** False for a recording: nothing can be requested, and answers may lack their requests. */
  readonly live: boolean;
  fault(code: StreamErrorCode | HostFaultCode, detail: string): void;
  /** Requests missing or outdated state; does nothing in a recording. */
  schedule(...commands: Command[]): void;
  /** Called when the request with this number is complete; returns false if there is no such request. */
  answered(seq: number, error?: BridgeError): boolean;
  /** A message that answers the request with this number. The end of the answer is reported by `answered`. */
  replied(seq: number, reply: object): void;
  infoReceived(info: Info, isNewInstance: boolean): void;
  announce: Announcer['announce'];
  /** One source changed; more changes may follow immediately. */
  sourceChanged(): void;
  /** A spike that is new in the list; `whole` if it contains everything the module has except the trace. */
  spikeReceived(kernel: KernelSpike, whole: boolean): void;
  /** A new spike waits until placesRead reports where samples found its tasks in user mode. */
  placesWanted(id: bigint): void;
  /** A spike whose event contained only its number; its record must be requested. */
  spikeAnnounced(id: bigint): void;
  /** A dump of histograms was applied; `replaced` when totals were replaced, not continued. */
  histogramsApplied(replaced: boolean): void;
  /** A dump could not be applied: the next one must contain all rows. */
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
  /** How often the newest dumps of a command were interrupted in a row. */
  readonly #interrupted = new Map<Command, number>();
  #since = 0;
  #repeats = 0;
  #family = 0;
  /** Numbers of announced spikes whose records have not arrived yet. */
  readonly #announced = new Set<bigint>();
  /** Number of the newest request, and of the newest abandoned one. */
  #newestRequest = 0;
  #abandonedUpTo = 0;
  /** When the newest request was sent. */
  #requestedAt: UnixMicros = 0;
  /** New spikes until samples of run delays cover them. */
  readonly #waiting: WaitingSpike[] = [];
  /** When the newest frame arrived. */
  #at: UnixMicros = 0;
  /** CPU time used by the module per CPU, from the newest dump; empty if get-info has room for it. */
  #costs: Cost[] = [];

  constructor(state: HostState, port: IngestPort) {
    this.#state = state;
    this.#port = port;
    this.#fault = (code, detail) => port.fault(code, detail);
  }

  /** True while a dump is being received. */
  get busy(): boolean {
    return this.#dumps.busy;
  }

  get family(): number {
    return this.#family;
  }

  /** Starts over after the module, or the connection to it, appeared or disappeared. */
  restart(family: number): void {
    this.#family = family;
    this.abandoned();
    this.events.restart();
    this.#announced.clear();
    for (const spike of this.#waiting.splice(0)) this.#addSpike(spike);
    this.#state.markDiscontinuity();
    this.#repeats = 0;
  }

  /** A request was sent; following answers belong to it. `since` is the argument of a histogram request. */
  requested(seq: number, command: Command, since: number, at: UnixMicros): void {
    this.#newestRequest = seq;
    this.#requestedAt = at;
    this.#dumps.begin(seq, command);
    if (command === Command.getHists) this.#since = since;
    if (command === Command.getSpikes) this.#state.markSpikesRequested();
  }

  /** The request in flight was abandoned; its answer may still arrive. */
  abandoned(): void {
    this.#abandonedUpTo = this.#newestRequest;
    this.#dumps.discard();
  }

  netlink(payload: Uint8Array, at: UnixMicros): void {
    this.#at = at;
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

  placesRead(places: SpikePlaces): void {
    this.#state.applyPlaces(places);
    for (const spike of this.#waiting) if (spike.kernel.id === places.id) spike.placesUntil = 0;
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
      case Command.getUserSamples:
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
    const wants = this.#state.wantsPlaces(kernel);
    this.#waiting.push({ kernel, whole, placesUntil: wants ? this.#at + PLACES_AWAITED_US : 0 });
    if (wants) this.#port.placesWanted(kernel.id!);
    if (this.#waiting.length > WAITING_MAX) this.#addSpike(this.#waiting.shift()!);
    this.#release();
  }

  /** Adds the spikes for which all evidence has arrived, in their order. */
  #release(): void {
    for (let first = this.#waiting[0]; first && !this.#awaits(first); first = this.#waiting[0])
      this.#addSpike(this.#waiting.shift()!);
  }

  #awaits({ kernel, placesUntil }: WaitingSpike): boolean {
    return this.#at < placesUntil || this.#state.awaitsEvidence(kernel);
  }

  #addSpike({ kernel, whole }: WaitingSpike): void {
    const spike = this.#state.applySpike(kernel, whole);
    if (!spike) return;
    this.#port.spikeReceived(kernel, whole);
    this.#port.announce('spikeAdded', spike);
  }

  /** Handles a spike event. It contains only the number if unprivileged listeners could receive it. */
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

  /** Requests what missed events would have reported. Histograms need no repair: they are totals. */
  resync(): void {
    this.#port.schedule(Command.getInfo, Command.getConfig, Command.getRules);
    this.#port.schedule(Command.getSources, Command.getSpikes);
  }

  #info(info: Info): void {
    const heldBefore = this.#state.info?.spikesHeld ?? 0;
    if (info.costPartial) {
      // On a machine whose costs do not fit into get-info, uses those of the newest dump.
      if (this.#costs.length > 0) info.cost = this.#costs;
      this.#port.schedule(Command.getCpus);
    }
    const isNew = this.#state.applyInfo(info);
    if (isNew) this.events.restart();
    if (info.eventSeq !== undefined && this.events.reported(info.eventSeq) > 0) this.resync();
    // The list was cleared by another client.
    if (!isNew && (info.spikesHeld ?? 0) < heldBefore) this.#port.schedule(Command.getSpikes);
    this.#port.infoReceived(info, isNew);
  }

  #acknowledged(ack: Ack): void {
    const error = ack.errno === 0 ? undefined : kernelError(ack.errno, ack.text, ack.attribute);
    // A refused dump is completed like any other request. This must happen first: completing it sends the next request.
    this.#dumps.refused(ack.seq);
    if (!this.#port.answered(ack.seq, error)) this.#unexpected('acknowledgement', ack.seq);
  }

  #dumpEnded(done: Done): void {
    const dump = this.#dumps.done(done.seq, done.interrupted);
    if (!dump) {
      this.#unexpected('end of a dump', done.seq);
      return;
    }
    let error: BridgeError | undefined;
    if (dump.bytes > DUMP_BYTES_MAX) this.#fault('E_DUMP_LARGE', `command ${dump.command}`);
    else if (dump.command === Command.getTrace && done.errno !== 0)
      error = kernelError(done.errno, done.text);
    else if (done.errno === EAGAIN) this.#repeat(dump.command);
    else if (done.errno !== 0) this.#fault('E_DUMP_FAILED', done.text ?? `errno ${done.errno}`);
    else if (!dump.interrupted || !this.#repeat(dump.command)) this.#apply(dump);
    if (done.errno === 0 && !dump.interrupted) this.#interrupted.delete(dump.command);
    this.#port.dumpEnded(dump);
    this.#port.answered(done.seq, error);
  }

  /** Requests an interrupted dump again. Returns false if it was interrupted too often. */
  #repeat(command: Command): boolean {
    const times = (this.#interrupted.get(command) ?? 0) + 1;
    const again = times <= INTERRUPTED_MAX && command !== Command.getTrace;
    this.#interrupted.set(command, again ? times : 0);
    if (again) this.#port.schedule(command);
    return again;
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
      // Requests immediately the first time; if that did not help, waits for the next interval's dump.
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

  /** Counts an unexpected answer. Playback can start between a request and its answer; a live host cannot. */
  #unexpected(what: string, seq: number): void {
    if (seq !== 0 && seq <= this.#abandonedUpTo) return;
    if (this.#port.live) this.#fault('E_ANSWER_UNEXPECTED', `${what}, number ${seq}`);
  }
}
