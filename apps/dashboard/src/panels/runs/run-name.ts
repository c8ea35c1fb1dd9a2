import type { RunInfo, TestRunInfo } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';

/** Returns the name that a person gave, else the number; hostile text. */
export function runName(run: Pick<RunInfo, 'id' | 'name'>): string {
  return run.name === undefined || run.name === '' ? t('runs.number', { id: run.id }) : run.name;
}

/** Returns the name that a person gave, else the number; hostile text. */
export function testRunName(run: Pick<TestRunInfo, 'id' | 'name'>): string {
  return run.name ?? t('testRuns.number', { id: run.id });
}
