// The content of a report, before anything is drawn. The page and the exported sheet both use it, so that no text,
// order or limit is written twice.
import type { Device } from '@rtprobe/protocol';
import { deviceEvidenceText, deviceText } from '@rtprobe/trace';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/translate.ts';
import type { Route } from '../../store/address/route.ts';

/** A piece of a line. */
export interface Run {
  readonly text: string;
  readonly tone?: 'muted';
  /** A name chosen by a process; the page isolates its text direction from the text around it. */
  readonly isName?: boolean;
  /** Where the page links to. */
  readonly to?: Route;
  /** Explanation in the page's tooltip. */
  readonly hint?: string;
}

export type Line = readonly Run[];

/** A label and the lines beside it. */
export interface Row {
  readonly name: string;
  readonly lines: readonly Line[];
}

export const nameRun = (text: string): Run => ({ text, isName: true });
export const mutedRun = (text: string): Run => ({ text, tone: 'muted' });

/** Returns the device of a cause: "Red Hat Virtio network device · virtio_net". */
export const deviceRun = (device: Device): Run => ({
  ...nameRun(deviceText(device)),
  hint: [t('device.ofCause'), ...(device.by ? [deviceEvidenceText(device.by)[language()]] : [])].join(': '),
});

export const row = (name: string, ...runs: Line): Row => ({ name, lines: [runs] });

export const textOf = (line: Line): string => line.map((run) => run.text).join('');
