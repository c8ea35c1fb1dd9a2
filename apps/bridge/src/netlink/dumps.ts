// Collects the messages of a dump until its end, so that a dump is applied whole or not at all.
import {
  Command,
  type Cost,
  type FamilyMessage,
  type Hist,
  NLM_F_DUMP_INTR,
  type Rule,
  type Source,
  type Spike,
  type TaskStat,
  type Trace,
} from '@rtprobe/abi';

/** Maximum memory for the messages of a dump: 16,000 rows with every bucket in use. */
export const DUMP_BYTES_MAX = 64 * 1024 * 1024;
/** Rough size of a message's fixed fields in memory. */
const MESSAGE_BYTES = 256;

export interface Dump {
  command: Command;
  hists: Hist[];
  sources: Source[];
  spikes: Spike[];
  rules: Rule[];
  tasks: TaskStat[];
  trace: Trace[];
  cpus: Cost[];
  bytes: number;
  /** The kernel reports that data changed during the dump: request it again. */
  interrupted: boolean;
}

/** Requests whose answer is a dump. */
export const dumpCommands: ReadonlySet<Command> = new Set([
  ...[Command.getSources, Command.getHists, Command.getSpikes],
  ...[Command.getRules, Command.getTasks, Command.getTrace, Command.getCpus],
]);

export function emptyDump(command: Command): Dump {
  const lists = { hists: [], sources: [], spikes: [], rules: [], tasks: [], trace: [], cpus: [] };
  return { command, ...lists, bytes: 0, interrupted: false };
}

export class DumpCollector {
  /** Only one dump is in flight at a time. */
  #seq = 0;
  #dump: Dump | undefined;

  /** A dump request was sent; discards an unfinished dump. */
  begin(seq: number, command: Command): void {
    if (!dumpCommands.has(command)) return;
    this.#seq = seq;
    this.#dump = emptyDump(command);
  }

  discard(): void {
    this.#dump = undefined;
  }

  /** The request with this number will not get a dump. */
  refused(seq: number): void {
    if (seq === this.#seq) this.discard();
  }

  get busy(): boolean {
    return this.#dump !== undefined;
  }

  /** Adds a message. Returns false if it belongs to no requested dump. */
  add(message: FamilyMessage): boolean {
    const dump = this.#dump;
    if (dump === undefined || message.seq !== this.#seq || message.command !== dump.command) return false;
    if (message.flags & NLM_F_DUMP_INTR) dump.interrupted = true;
    dump.bytes += MESSAGE_BYTES + sizeOf(message);
    // Above the limit only the size is counted, so that the end can be distinguished from that of a small dump.
    if (dump.bytes > DUMP_BYTES_MAX) return true;
    append(dump, message);
    return true;
  }

  /** Returns the whole dump at its end; undefined if no such dump was requested. */
  done(seq: number, interrupted = false): Dump | undefined {
    if (seq !== this.#seq) return undefined;
    const dump = this.#dump;
    if (dump && interrupted) dump.interrupted = true;
    this.#dump = undefined;
    return dump;
  }
}

function append(dump: Dump, message: FamilyMessage): void {
  switch (message.command) {
    case Command.getHists:
      dump.hists.push(message.value);
      break;
    case Command.getTrace:
      dump.trace.push(message.value);
      break;
    case Command.getSources:
      dump.sources.push(message.value);
      break;
    case Command.getSpikes:
      dump.spikes.push(message.value);
      break;
    case Command.getRules:
      dump.rules.push(message.value);
      break;
    case Command.getTasks:
      dump.tasks.push(message.value);
      break;
    case Command.getCpus:
      dump.cpus.push(message.value);
      break;
  }
}

/** Returns the approximate memory of the fields of unlimited length. */
function sizeOf(message: FamilyMessage): number {
  // Fast path for thousands of messages a second; they have no other such fields.
  if (message.command === Command.getHists) {
    const { buckets, intervals } = message.value;
    return (buckets?.length ?? 0) + (intervals?.length ?? 0);
  }
  return lengthOf(message.value);
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, field) => sum + 16 + lengthOf(field), 0);
}
