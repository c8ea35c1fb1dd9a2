// axe (Deque's checker of WCAG) on a page as it stands.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rule that another theme can break: themes differ in colours alone. */
export const COLOURS: readonly string[] = ['color-contrast'];

/**
 * What axe finds, a line each: rule, what it says, where. All its rules unless some are named; its best practices count
 * as well.
 */
export async function violationsOf(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Evaluated by the browser's debugger, which the page's Content Security Policy does not concern.
  if (await page.evaluate(() => !('axe' in window))) await page.evaluate(source);
  const options: RunOptions = { resultTypes: ['violations'] };
  if (rules !== undefined) options.runOnly = [...rules];
  const { violations } = await page.evaluate(
    (wanted) =>
      (window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(wanted),
    options,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')} ${node.any[0]?.message ?? ''}`),
  );
}
