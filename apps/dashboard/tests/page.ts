// A page that fails its test for anything the browser complains about: errors, warnings of React, violations of the
// Content Security Policy.
import { test as base, expect, type Locator, type Page } from '@playwright/test';

export { expect };

/** Complaints that a test brings about on purpose. */
export interface Complaints {
  list: string[];
  /** Complaints that match are what the test is about. */
  expected: RegExp[];
}

export const test = base.extend<{ complaints: Complaints }>({
  complaints: [
    async ({ page }, use) => {
      const complaints: Complaints = { list: [], expected: [] };
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.list.push(message.text());
      });
      page.on('pageerror', (error) => complaints.list.push(String(error)));
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (e) => {
          console.error(`CSP: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}`);
        });
      });
      await use(complaints);
      const unexpected = complaints.list.filter((text) => !complaints.expected.some((e) => e.test(text)));
      expect(unexpected).toEqual([]);
    },
    { auto: true },
  ],
});

/** How many pixels of a canvas have about that colour. */
export function pixelsLike(
  canvas: Locator,
  rgb: readonly [number, number, number],
  tolerance = 24,
): Promise<number> {
  return canvas.evaluate(
    (element, { rgb, tolerance }) => {
      const { width, height } = element as HTMLCanvasElement;
      const context = (element as HTMLCanvasElement).getContext('2d')!;
      const { data } = context.getImageData(0, 0, width, height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        const near = [0, 1, 2].every((c) => Math.abs(data[i + c]! - rgb[c]!) <= tolerance);
        if (near && data[i + 3]! > 200) count++;
      }
      return count;
    },
    { rgb, tolerance },
  );
}

/** A number that differs when the picture does. */
export function pictureOf(canvas: Locator): Promise<number> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    let hash = 0;
    for (let i = 0; i < data.length; i += 4) hash = (Math.imul(hash, 31) + data[i]! + data[i + 1]! * 3) | 0;
    return hash;
  });
}

export const heatmap = (page: Page) => page.locator('.hero .plot canvas');
export const statusWord = (page: Page) => page.locator('.bar .status');

/** The end of cividis that stands for many values, and the alarm colour of the dark theme. */
export const MANY = [255, 234, 70] as const;
export const ALARM = [255, 133, 82] as const;
