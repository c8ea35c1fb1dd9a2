// Where the time axis has its marks, and what stands there.
import { span } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';

const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** Seconds between two marks so that about `wanted` fit. */
export function timeStep(seconds: number, wanted: number): number {
  return STEPS.find((step) => seconds / step <= wanted) ?? STEPS.at(-1)!;
}

/** "−10 min": how long before the right edge. */
export function agoLabel(seconds: number): string {
  return seconds === 0 ? t('heatmap.now') : `−${span(seconds)}`;
}
