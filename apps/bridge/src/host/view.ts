import type { HostInfo, HostStats } from '@rtprobe/protocol';
import type { Source } from '../sources/source.ts';
import type { HostState } from '../state/host-state.ts';

/** A host as those who show or store it see it. */
export interface HostView {
  /** The number that binary frames name the host by. */
  readonly index: number;
  readonly name: string;
  readonly info: HostInfo;
  readonly source: Source;
  readonly state: HostState;
  /** Newest figures; missing before the first. */
  readonly stats: HostStats | undefined;
}
