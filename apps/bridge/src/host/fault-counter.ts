import { type StreamErrorCode, streamErrors } from '@rtprobe/abi';
import { type Fault, type HostFaultCode, hostFaults, ONE_RELEASE } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

export type FaultCode = StreamErrorCode | HostFaultCode;

/** What to do about faults of the byte stream that occur with one release, too. */
const STREAM_TODOS: Partial<Record<StreamErrorCode, string>> = {
  E_TRUNCATED: 'check the connection, and that the agent still runs',
  E_NL_OVERRUN:
    'reduce the load of the host or the rate of spikes if this is frequent; everything is read again',
};

const streamFault = ([code, meaning]: [string, string]): [string, Fault] => [
  code,
  { meaning, todo: STREAM_TODOS[code as StreamErrorCode] ?? ONE_RELEASE },
];

export const FAULTS: Readonly<Record<FaultCode, Fault>> = {
  ...(Object.fromEntries(Object.entries(streamErrors).map(streamFault)) as Record<StreamErrorCode, Fault>),
  ...hostFaults,
};

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
    if (count > LOGGED_MAX) return;
    const { meaning, todo } = FAULTS[code];
    this.#log.warn({ host: this.#host(), code, count }, `${detail}: ${meaning}; ${todo}`);
  }
}
