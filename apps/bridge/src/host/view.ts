import type { HostInfo, HostStats } from '@rtprobe/protocol';
import type { Source } from '../sources/source.ts';
import type { HostState } from '../state/host-state.ts';

/** A host as its viewers and the history see it. */
export interface HostView {
  /** The number of the host in binary frames. */
  readonly index: number;
  readonly name: string;
  /** Its machine in the history store; missing for a host that is identified by its name. */
  readonly machine: string | undefined;
  /** Id of the boot, if it could be read. */
  readonly boot: string | undefined;
  readonly info: HostInfo;
  readonly source: Source;
  readonly state: HostState;
  /** Newest statistics; missing before the first. */
  readonly stats: HostStats | undefined;
}
