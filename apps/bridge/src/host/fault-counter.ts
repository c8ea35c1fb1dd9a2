import type { StreamErrorCode } from '@rtprobe/abi';
import type { HostFaultCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

export type FaultCode = StreamErrorCode | HostFaultCode;

/** Faults of a kind that are logged one by one; after that the counter on the screen tells. */
const LOGGED_MAX = 5;

/** Counts by code what a host sends that makes no sense. */
export class FaultCounter {
  readonly counts: Partial<Record<FaultCode, number>> = {};
  readonly #host: () => string;
  readonly #log: Log;

  constructor(host: () => string, log: Log) {
    this.#host = host;
    this.#log = log;
  }

  add(code: FaultCode, detail: string): void {
    const count = (this.counts[code] ?? 0) + 1;
    this.counts[code] = count;
    if (count <= LOGGED_MAX) this.#log.warn({ host: this.#host(), code, count }, detail);
  }
}
