// Details of a process that are read after a spike.
import type { TaskInfo } from './tasks.ts';
import type { Nanoseconds } from './units.ts';

/** Details of a task, read in process context shortly after a spike; all texts are hostile. */
export interface ProcessInfo {
  exe?: string;
  cmdline?: string;
  /** Why `cmdline` is missing or ends early: a page was not in memory, and reading it could have waited. */
  cmdlineUnread?: 'page_not_present';
  uid?: number;
  /** The process was exiting, so that few details could be read. */
  exited: boolean;
  /** Number of open files, including those not listed. */
  fileCount?: number;
  /** Not all descriptors were looked at: `fileCount` is a lower bound. */
  filesIncomplete?: boolean;
  /** Lists are part of the whole spike only (REST), not of the live event. */
  files?: { fd: number; path: string }[];
  sockets?: {
    fd: number;
    /** AF_INET, SOCK_STREAM, tcp, ESTABLISHED; a number if this version has no name for it. */
    family: string;
    type: string;
    protocol: string;
    state: string;
    local: string;
    remote: string;
  }[];
  lockEvidence: 'none' | 'lockdep' | 'contention' | 'blocked_on';
  locks?: { name: string; address: string; waitNs?: Nanoseconds; owner?: TaskInfo }[];
}
