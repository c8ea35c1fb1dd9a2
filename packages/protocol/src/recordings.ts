// Recordings that the bridge can open, as REST lists them.
import type { Nanoseconds, UnixMicros } from './units.ts';

export interface RecordingFile {
  /** Name in the folder; hostile text. */
  file: string;
  bytes: number;
  /** Name of the host that was recorded; hostile text. Missing if the file cannot be opened. */
  recordedHost?: string;
  /** Time of its first entry. */
  startedAt?: UnixMicros;
  lengthUs?: number;
  /** The file ends inside a block; its complete blocks can be played. */
  truncated?: boolean;
  /** The host that plays it, while it is open. */
  host?: string;
  /** Why it cannot be opened. */
  error?: { code: string; message: string };
}

/** Maximum marks of a timeline. */
export const REPLAY_MARKS_MAX = 500;

/** Where the spikes of a recording are, also those after its position. */
export interface ReplaySpikes {
  host: string;
  /** How far the file was read, µs from its beginning; it is read in the background. */
  readUs: number;
  /** Number of spikes up to there. */
  count: number;
  /** In order of time, at most REPLAY_MARKS_MAX; spikes that are close together are one mark with the largest value. */
  spikes: { positionUs: number; valueNs: Nanoseconds; count: number }[];
}

export interface RecordingList {
  recordings: RecordingFile[];
  /** Number of older files that are not listed. */
  more: number;
  /** Size of all files. */
  bytes: number;
  /** Limit of that size for uploads. */
  maxBytes: number;
  /** Maximum recordings that are open at a time. */
  openMax: number;
}

export interface UploadState {
  /** Number of the upload. */
  upload: number;
  file: string;
  /** Size of the file. */
  bytes: number;
  /** Bytes that have arrived; the next piece begins there. */
  received: number;
  /** Largest piece. */
  pieceBytes: number;
  /** The file, once it is complete. */
  recording?: RecordingFile;
}
