// A page that fails its test for anything the browser complains about: errors, warnings of React, violations of the
// Content Security Policy.
import { createHash } from 'node:crypto';
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
      // Who has been here before; first-run.spec.ts is about who has not.
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
 * The picture as bytes, four a pixel. Read from a copy: Chromium warns of, and slows down, a canvas that is read
 * again and again.
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

/** How many pixels of a canvas have about that colour. */
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

/** A text that differs when the picture does. */
export async function pictureOf(canvas: Locator): Promise<string> {
  return createHash('sha256')
    .update(await readPixels(canvas))
    .digest('hex');
}

export const heatmap = (page: Page) => page.locator('.hero .plot canvas');
export const statusWord = (page: Page) => page.locator('.bar .status');

/** The end of cividis that stands for many values, and the alarm colour of the dark theme. */
export const MANY = [255, 234, 70] as const;
export const ALARM = [255, 133, 82] as const;
