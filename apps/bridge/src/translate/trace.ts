// A trace as the kernel dumps it: for each CPU a header, then events, and at last the names of tasks.
import {
  type Spike as KernelSpike,
  type Trace as KernelTrace,
  TRACE_EVENT_LEN,
  TraceEvent,
} from '@rtprobe/abi';
import type { SourceInfo, Trace, TraceCpu } from '@rtprobe/protocol';
import { irqLabel } from '@rtprobe/trace';
import { lockAddress } from './process.ts';
import { policyOf } from './task.ts';

/** Sources of the names in a trace. */
export interface TraceNaming {
  /** Id of the spike for people. */
  id: string;
  spike: KernelSpike;
  sources: ReadonlyMap<number, SourceInfo>;
}

const isContention = (kind: number): boolean =>
  kind === TraceEvent.contentionBegin || kind === TraceEvent.contentionEnd;

class TraceReader {
  readonly #naming: TraceNaming;
  readonly #origin: bigint;
  readonly #cpus = new Map<number, TraceCpu>();
  readonly #names: Record<string, string> = {};
  /** Numbers of locks by address. */
  readonly #locks = new Map<bigint, number>();

  constructor(naming: TraceNaming, origin: bigint) {
    this.#naming = naming;
    this.#origin = origin;
  }

  /** False when the message does not make sense. */
  add(message: KernelTrace): boolean {
    if (message.from !== undefined && !this.#header(message)) return false;
    for (const [i, name] of (message.function ?? []).entries()) this.#names[`function ${i + 1}`] = name;
    for (const [i, text] of (message.marker ?? []).entries()) this.#names[`marker ${i + 1}`] = text;
    return message.events === undefined || this.#events(message.cpu, message.events);
  }

  read(tasks: Trace['tasks']): Trace {
    const { spike, id } = this.#naming;
    const windowToNs = this.#since(spike.time!);
    return {
      spike: id,
      originNs: String(this.#origin),
      windowFromNs: windowToNs - Number(spike.valueNs!),
      windowToNs,
      cpus: [...this.#cpus.values()],
      tasks,
      names: this.#names,
    };
  }

  #since(time: bigint): number {
    return Number(time - this.#origin);
  }

  #header({ cpu, from, to, overwritten, current }: KernelTrace): boolean {
    if (cpu === undefined || from === undefined || to === undefined || to < from) return false;
    this.#cpus.set(cpu, {
      ...{ cpu, fromNs: this.#since(from), toNs: this.#since(to), overwritten: overwritten === 1 },
      ...(current !== undefined && { current }),
      ...{ time: [], kind: [], number: [], pid: [], pid2: [], arg: [] },
    });
    return true;
  }

  #events(number: number | undefined, bytes: Uint8Array): boolean {
    const cpu = this.#cpus.get(number ?? -1);
    if (!cpu || bytes.length % TRACE_EVENT_LEN !== 0) return false;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += TRACE_EVENT_LEN) {
      const kind = view.getUint16(at + 8, true);
      const arg = view.getBigUint64(at + 24, true);
      cpu.time.push(this.#since(view.getBigUint64(at, true)));
      cpu.kind.push(kind);
      cpu.number.push(view.getUint32(at + 12, true));
      cpu.pid.push(view.getUint32(at + 16, true));
      cpu.pid2.push(view.getUint32(at + 20, true));
      cpu.arg.push(isContention(kind) ? this.#lock(arg) : Number(arg));
      if (kind === TraceEvent.hardirqEntry) this.#nameIrq(view.getUint32(at + 12, true), Number(arg));
    }
    return true;
  }

  /** An irq line can have several actions; each that ran is in its name. */
  #nameIrq(irq: number, source: number): void {
    const name = this.#naming.sources.get(source)?.name;
    if (!name) return;
    const label = irqLabel(irq);
    const existing = this.#names[label];
    if (existing === undefined) this.#names[label] = name;
    else if (!existing.split(', ').includes(name)) this.#names[label] = `${existing}, ${name}`;
  }

  #lock(address: bigint): number {
    const existing = this.#locks.get(address);
    if (existing !== undefined) return existing;
    const number = this.#locks.size + 1;
    this.#locks.set(address, number);
    this.#names[`lock ${number}`] = this.#lockName(address);
    return number;
  }

  #lockName(address: bigint): string {
    const { process, victimProcess } = this.#naming.spike;
    const locks = [...(victimProcess?.lock ?? []), ...(process?.lock ?? [])];
    return locks.find((lock) => lock.address === address)?.name || `lock ${lockAddress(address)}`;
  }
}

function tasksOf(messages: readonly KernelTrace[]): Trace['tasks'] {
  const tasks: Trace['tasks'] = {};
  for (const task of messages.flatMap((message) => message.task ?? [])) {
    const { pid, comm = '', priority = 0, kthread } = task;
    const policy = task.policy === undefined ? '' : policyOf(task);
    if (pid !== undefined) tasks[pid] = { comm, policy, priority, kthread: kthread === 1 };
  }
  return tasks;
}

/** Returns undefined if no message contains data of a CPU. Calls `fault` for each malformed message. */
export function toTrace(
  messages: readonly KernelTrace[],
  naming: TraceNaming,
  fault: (detail: string) => void,
): Trace | undefined {
  let origin: bigint | undefined;
  for (const { from } of messages) if (from !== undefined && (!origin || from < origin)) origin = from;
  if (origin === undefined) return undefined;
  const reader = new TraceReader(naming, origin);
  for (const message of messages) {
    if (!reader.add(message)) fault(`trace of spike ${message.id}, cpu ${message.cpu}`);
  }
  return reader.read(tasksOf(messages));
}
