// Where the time went: the parts of a spike, largest first, as the spike lists them.
import { formatDuration, formatFrequency, percent } from '@rtprobe/metrics';
import { measureOfPart, partWords, type Spike, type SpikePart } from '@rtprobe/protocol';
import {
  callbackText,
  couldBeText,
  deviceText,
  profileText,
  senderText,
  waitCall,
  waitDetails,
  waitName,
} from '@rtprobe/trace';
import { language } from '../../i18n/language.ts';
import { titleOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { fullName } from '../../store/machine/interrupt-names.ts';
import { interruptRoute } from '../../store/machine/interrupts.ts';
import { nameRun, type Run } from './content.ts';

export interface Part {
  readonly kind: SpikePart['kind'];
  readonly name: Run;
  readonly duration: string;
  /** "89 % · 3 times". */
  readonly detail: string;
  /** Share of the spike's value. */
  readonly share: number;
}

export interface Parts {
  readonly parts: readonly Part[];
  /** "sum 3.71 ms · unaccounted 123 µs (3.3 %)". */
  readonly sum: string;
  /** Why the parts may be incomplete; undefined if they are complete. */
  readonly warning: string | undefined;
}

/** Returns the label of a part; a part without a name has the title of its kind in the page's language. */
function labelOf({ kind, label }: SpikePart): string {
  const words = partWords[kind];
  return label === words?.title ? titleOf(words) : label;
}

/** Returns the name of a part with the function that ran in it: "LOC local timer: hrtimer tick_nohz_handler". */
function partName(part: SpikePart): Run {
  const source = sourceName(part);
  if (part.callback === undefined) return source;
  return { ...source, text: `${source.text}: ${callbackText(part.callback)[language()]}` };
}

/** Returns "blocked: block I/O · read". */
function blockedName(part: SpikePart): string {
  const words = [waitName(part.wait), waitCall(part)].filter((each) => each !== undefined);
  const label = labelOf(part);
  if (words.length === 0) return label;
  return `${label}: ${words.map((each) => (typeof each === 'object' ? each[language()] : each)).join(' · ')}`;
}

function sourceName(part: SpikePart): Run {
  const { kind, name, number } = part;
  const label = labelOf(part);
  if (kind === 'blocked') return nameRun(blockedName(part));
  const measure = measureOfPart(kind);
  if (measure === undefined)
    return nameRun(name !== '' && !label.includes(name) ? `${label} ${name}` : label);
  const to = interruptRoute({ measure, number, label });
  return { ...nameRun(fullName({ measure, number, label, name })), ...(to !== undefined && { to }) };
}

/** Returns what is known of the idle state of a part: "exit latency 133 µs", "1.20 GHz". */
function idleDetails({ idleState }: SpikePart): string[] {
  if (idleState === undefined) return [];
  const { exitLatencyNs, frequencyKhz } = idleState;
  return [
    exitLatencyNs === undefined
      ? t('report.noExitLatency')
      : t('report.exitLatency', { value: formatDuration(exitLatencyNs) }),
    frequencyKhz === undefined ? t('report.noFrequency') : formatFrequency(frequencyKhz),
  ];
}

/** Returns undefined if the value was not split into parts. */
export function partsOf({ parts = [], valueNs, partsIncomplete }: Spike): Parts | undefined {
  if (parts.length === 0 || valueNs <= 0) return undefined;
  const sum = parts.reduce((all, part) => all + part.durationNs, 0);
  const unaccounted = parts.find((part) => part.kind === 'unaccounted')?.durationNs ?? 0;
  const unaccountedText = t('report.unaccounted', {
    value: formatDuration(unaccounted),
    share: percent(unaccounted / valueNs),
  });
  return {
    parts: parts.map((part) => ({
      kind: part.kind,
      name: partName(part),
      duration: formatDuration(part.durationNs),
      detail: [
        percent(part.durationNs / valueNs),
        ...(part.count > 1 ? [t('report.times', { n: part.count })] : []),
        ...idleDetails(part),
        ...(part.profile ? [profileText(part.profile)[language()]] : []),
        ...(part.sender ? [senderText(part.sender)[language()]] : []),
        ...waitDetails(part).map((each) => each[language()]),
        ...(part.couldBe ? [couldBeText(part.couldBe)[language()]] : []),
        ...(part.device ? [deviceText(part.device)] : []),
      ].join(' · '),
      share: Math.max(part.durationNs, 0) / valueNs,
    })),
    sum: `${t('report.sum', { value: formatDuration(sum) })} · ${unaccountedText}`,
    warning: partsIncomplete === true ? t('report.incomplete') : undefined,
  };
}
