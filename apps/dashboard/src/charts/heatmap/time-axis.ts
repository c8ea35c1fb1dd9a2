// Ticks of the time axis and their labels.
import { span } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';

const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** Returns the seconds between two ticks so that at most `wanted` fit. */
export function timeStep(seconds: number, wanted: number): number {
  return STEPS.find((step) => seconds / step <= wanted) ?? STEPS.at(-1)!;
}

/** "−10 min": how long before the right edge. */
export function agoLabel(seconds: number): string {
  return seconds === 0 ? t('heatmap.now') : `−${span(seconds)}`;
}
