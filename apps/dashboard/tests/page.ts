// A page that fails its test for anything the browser reports: errors, React warnings, violations of the Content
// Security Policy.
import { createHash } from 'node:crypto';
import { test as base, expect, type Locator, type Page } from '@playwright/test';

export { expect };

/** Browser messages that a test causes on purpose. */
export interface Complaints {
  list: string[];
  /** Messages that match are expected by the test. */
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
      // Simulates a returning user; first-run.spec.ts tests the first visit.
      await page.addInitScript(() => {
        if (localStorage.getItem('rtprobe.helped') === null) localStorage.setItem('rtprobe.helped', '1');
      });
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

/**
 * Returns the picture as bytes, four per pixel. Reads a copy: Chromium warns of, and slows down, a canvas that is read
 * repeatedly.
 */
async function readPixels(canvas: Locator): Promise<Uint8Array> {
  const base64 = await canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
    copy.drawImage(element as HTMLCanvasElement, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    let text = '';
    for (let i = 0; i < data.length; i += 0x8000)
      text += String.fromCharCode(...data.subarray(i, i + 0x8000));
    return btoa(text);
  });
  return Buffer.from(base64, 'base64');
}

/** Returns how many pixels of a canvas have approximately that colour. */
export async function pixelsLike(
  canvas: Locator,
  rgb: readonly [number, number, number],
  tolerance = 24,
): Promise<number> {
  const data = await readPixels(canvas);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const near = rgb.every((value, c) => Math.abs(data[i + c]! - value) <= tolerance);
    if (near && data[i + 3]! > 200) count++;
  }
  return count;
}

/** Returns a text that differs when the picture does. */
export async function pictureOf(canvas: Locator): Promise<string> {
  return createHash('sha256')
    .update(await readPixels(canvas))
    .digest('hex');
}

export const heatmap = (page: Page) => page.locator('.hero .plot canvas');
export const statusWord = (page: Page) => page.locator('.bar .status');

/** The end of cividis for many values, and the alarm colour of the dark theme. */
export const MANY = [255, 234, 70] as const;
export const ALARM = [255, 133, 82] as const;
