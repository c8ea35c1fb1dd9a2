import type { HostInfo, HostStats } from '@rtprobe/protocol';
import type { Source } from '../sources/source.ts';
import type { HostState } from '../state/host-state.ts';

/** A host as those who show or store it see it. */
export interface HostView {
  /** The number that binary frames name the host by. */
  readonly index: number;
  readonly name: string;
  /** Its machine, as the history store knows it; missing for a host that is known by its name. */
  readonly machine: string | undefined;
  /** Id of the boot, where it could be read. */
  readonly boot: string | undefined;
  readonly info: HostInfo;
  readonly source: Source;
  readonly state: HostState;
  /** Newest figures; missing before the first. */
  readonly stats: HostStats | undefined;
}
