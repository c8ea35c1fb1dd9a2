// Runs axe (Deque's checker of WCAG) on a page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rule that another theme can break: themes differ in colours only. */
export const COLOURS: readonly string[] = ['color-contrast'];

/**
 * Returns what axe finds, one line each: rule, message, place. Runs all rules, including best practices, unless some
 * are named.
 */
export async function violationsOf(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Evaluated by the browser's debugger, to which the page's Content Security Policy does not apply.
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
