// What the picture of the first screen shows.
import { formatDuration, fullCount, quantileName, shortCount } from '@rtprobe/metrics';
import { captionOfWindow, fileNameOf } from '@rtprobe/trace';
import { distributionAxis } from '../../charts/latency-scale.ts';
import { type ScreenSheet, screenSheet } from '../../charts/sheet/screen-sheet.ts';
import { clockTimeMs, dateTime } from '../../i18n/dates.ts';
import { measureWords } from '../../i18n/measures.ts';
import { sentenceOf } from '../../i18n/sentences.ts';
import { t } from '../../i18n/translate.ts';
import { listInterrupts } from '../../store/machine/interrupts.ts';
import { chosenBudget, chosenMeasure, decadesOf } from '../../store/reading/defaults.ts';
import { quantileOf, SHOWN_QUANTILES } from '../../store/reading/quantile.ts';
import type { Reading, SeriesReading, SourceReading } from '../../store/reading/reading.ts';
import type { Session } from '../../store/session/session.ts';
import { countIncidents } from '../../store/spikes/incidents.ts';
import { worstOf } from '../../store/spikes/worst.ts';
import type { Picture } from '../common/picture-file.ts';
import { verdictText } from './verdict-text.ts';

/** Rows a picture has room for. */
const INTERRUPTS_MAX = 11;

function figuresOf({ total }: SeriesReading): string[] {
  const values = SHOWN_QUANTILES.flatMap((q) => {
    const ns = quantileOf(total, q);
    return ns === undefined ? [] : [`${quantileName(q)} ${formatDuration(ns)}`];
  });
  return [...values, `n ${fullCount(total.count)}`];
}

function interruptsOf(reading: Reading, budgetNs: number): SourceReading[] {
  const worst = { filter: '', sort: 'max', descending: true, quiet: true, budgetNs } as const;
  const { shown } = listInterrupts(reading.sources(), worst);
  return shown.filter((source) => source.count > 0).slice(0, INTERRUPTS_MAX);
}

function worstWords(reading: Reading, session: Session, budget: number): ScreenSheet['worst'] {
  const { view } = session.address;
  const worst = worstOf(reading, chosenMeasure(view, reading), view.cpu);
  if (worst === undefined) return undefined;
  const when = worst.at === undefined ? t('headline.beforePage') : dateTime(worst.at);
  const cpu = worst.cpu === undefined ? '' : ` · ${t('pages.cpu', { cpu: worst.cpu })}`;
  const without = worst.without === undefined ? '' : t(worst.without);
  return {
    value: formatDuration(worst.ns),
    over: budget > 0 && worst.ns > budget,
    verdict: `${verdictText(worst, budget)} · ${when}${cpu}`,
    sentence: worst.spike === undefined ? without : sentenceOf(worst.spike).text,
  };
}

function sheetOf(session: Session, reading: Reading, heatmap: HTMLCanvasElement | null): ScreenSheet {
  const { view } = session.address;
  const measure = chosenMeasure(view, reading);
  const series = reading.series(measure, view.cpu);
  const budgetNs = chosenBudget(view, reading);
  const window = session.window.range();
  const { total } = series ?? {};
  const sources = reading.sources().map((source) => source.info);
  const { logLog } = view;
  return {
    words: [
      ...[reading.info.host, measureWords(measure).title],
      view.cpu < 0 ? t('heatmap.allCpus') : t('pages.cpu', { cpu: view.cpu }),
      `${clockTimeMs(window.from)} – ${dateTime(window.to)}`,
    ],
    worst: worstWords(reading, session, budgetNs),
    figures: [
      ...(series === undefined ? [] : figuresOf(series)),
      `${t('incidents.title')} ${shortCount(countIncidents(reading.incidents, new Set()).incidents)}`,
    ],
    heatmapTitle: t('heatmap.overTime', { measure: measureWords(measure).title }),
    heatmap: heatmap ?? undefined,
    distribution:
      total === undefined || total.count === 0
        ? undefined
        : {
            ...{ buckets: total.buckets, max: total.max, budgetNs, logLog },
            ...distributionAxis(budgetNs, decadesOf(measure), logLog),
          },
    interrupts: interruptsOf(reading, budgetNs),
    caption: captionOfWindow(reading.info, window, {
      ...{ stats: reading.stats, samples: total?.count, sources },
    }),
  };
}

/** Returns undefined while there is nothing to show. */
export function screenPicture(session: Session, heatmap: HTMLCanvasElement | null): Picture | undefined {
  const reading = session.reading();
  if (reading === undefined) return undefined;
  const sheet = sheetOf(session, reading, heatmap);
  const window = session.window.range();
  const stamp = new Date(window.to / 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return {
    compose: (style) => screenSheet(style, sheet),
    content: { caption: sheet.caption, host: reading.info, window },
    title: sheet.words.join(', '),
    fileName: (extension) => fileNameOf(reading.info.host, `screen-${stamp}`, extension),
  };
}
