// Exports a spike as a file, in the formats that need no drawing; used by the browser and the command line.
import { toCsv } from './csv.ts';
import { toJson } from './json.ts';
import { toPerfetto } from './perfetto.ts';
import type { SpikeRecord } from './record.ts';
import { toText } from './text.ts';

export { type Circumstances, captionOf, captionOfWindow, type Fact } from './caption.ts';
export { pictureJson } from './json.ts';
export { toMicros } from './perfetto.ts';
export { hostAt, type SpikeRecord } from './record.ts';

interface ExportFormat {
  /** Extension of the file name, after the spike's id. */
  readonly extension: string;
  readonly mediaType: string;
  /** The format requires a trace. */
  readonly needsTrace?: true;
  write(record: SpikeRecord): string;
}

export const exportFormats = {
  csv: { extension: 'csv', mediaType: 'text/csv;charset=utf-8', write: toCsv },
  json: { extension: 'json', mediaType: 'application/json', write: toJson },
  perfetto: { extension: 'trace.json', mediaType: 'application/json', needsTrace: true, write: toPerfetto },
  text: { extension: 'txt', mediaType: 'text/plain;charset=utf-8', write: toText },
} as const satisfies Record<string, ExportFormat>;

export type ExportFormatName = keyof typeof exportFormats;
export const EXPORT_FORMATS = Object.keys(exportFormats) as ExportFormatName[];

/** Returns "rtprobe-lab-7-12.csv"; the name of a host is hostile. */
export function exportFileName({ spike }: SpikeRecord, format: ExportFormatName): string {
  return fileNameOf(spike.host, spike.id, exportFormats[format].extension);
}

/** Returns "rtprobe-HOST-WHAT.EXTENSION". */
export function fileNameOf(hostName: string, what: string, extension: string): string {
  const host = hostName
    .replace(/[^\w.-]+/g, '_')
    .replace(/^[.-]+/, '')
    .slice(0, 64);
  return `rtprobe-${host ? `${host}-` : ''}${what}.${extension}`;
}
