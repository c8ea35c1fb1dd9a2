// Recordings that the bridge can open.
import { z } from 'zod';
import { count, nanoseconds, unixMicros } from './numbers.ts';

export const recordingFileSchema = z.object({
  file: z.string(),
  bytes: count,
  recordedHost: z.string().exactOptional(),
  startedAt: z.exactOptional(unixMicros),
  lengthUs: z.number().exactOptional(),
  truncated: z.boolean().exactOptional(),
  host: z.string().exactOptional(),
  error: z.object({ code: z.string(), message: z.string() }).exactOptional(),
});

export const replaySpikesSchema = z.object({
  host: z.string(),
  readUs: count,
  count,
  spikes: z.array(z.object({ positionUs: count, valueNs: nanoseconds, count })),
});

export const recordingListSchema = z.object({
  recordings: z.array(recordingFileSchema),
  more: count,
  bytes: count,
  maxBytes: count,
  openMax: count,
});

export const uploadStateSchema = z.object({
  upload: count,
  file: z.string(),
  bytes: count,
  received: count,
  pieceBytes: count,
  recording: recordingFileSchema.exactOptional(),
});
