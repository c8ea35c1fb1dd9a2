import type { StreamErrorCode } from '@rtprobe/abi';
import type { HostFaultCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

export type FaultCode = StreamErrorCode | HostFaultCode;

/** Number of faults per code that are logged one by one; later ones are only counted. */
const LOGGED_MAX = 5;

/** Counts invalid data from a host, by code. */
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
