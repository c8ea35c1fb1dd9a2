// Tests the spike page in a browser: its timeline by keyboard, and every export.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import type { Page } from '@playwright/test';
import { chromiumPath } from './chromium.ts';
import { type Feeder, startFeeder } from './feeder.ts';
import { ALARM, expect, pictureOf, pixelsLike, test } from './page.ts';
import { scenarios } from './synthetic.ts';
import { wokenId } from './synthetic-trace.ts';

const IRQ = [232, 112, 58] as const;
const VECTOR = [240, 163, 94] as const;
/** How a file shows a name with a character that changes the direction of writing. */
const HOSTILE = 'evil\\u{202e}gnp.exe';

let feeder: Feeder;

test.beforeAll(async () => {
  feeder = await startFeeder({
    scenario: { ...scenarios.hostile, spikesPerMinute: 20 },
    historySeconds: 120,
  });
});
test.afterAll(() => feeder.close());

/** Opens the newest spike that has a cause and whose victim has the hostile name. */
async function open(page: Page, query = 'theme=dark'): Promise<string> {
  const { id } = feeder.host.spikes.findLast(
    ({ measure, cause, task }) =>
      measure === 'timer_latency' && cause !== undefined && task.comm.includes('\u202e'),
  )!;
  await page.goto(`${feeder.url}spike/${encodeURIComponent(id)}?${query}`);
  await expect.poll(() => pixelsLike(canvas(page), IRQ)).toBeGreaterThan(500);
  return id;
}

const canvas = (page: Page) => page.locator('.timeline-plot > canvas');
const pinned = (page: Page) => page.locator('.timeline-pinned canvas');

async function saved(page: Page, act: () => Promise<unknown>): Promise<{ name: string; bytes: Buffer }> {
  const download = page.waitForEvent('download');
  await act();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** Returns the text of a keyword in a PNG, and checks every checksum. */
function textOf(png: Buffer, keyword: string): string | undefined {
  let found: string | undefined;
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    const start = Buffer.from(`iTXt${keyword}\0\0\0\0\0`, 'latin1');
    if (body.subarray(0, start.length).equals(start)) found = body.toString('utf8', start.length);
    at += 12 + length;
  }
  return found;
}

/** Returns the size of a picture as a browser decodes it, and how many of its pixels have a colour. */
function decoded(page: Page, png: Buffer, rgb: readonly number[]) {
  return page.evaluate(
    async ([base64, colour]) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
      pen.drawImage(bitmap, 0, 0);
      const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
      let like = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (colour.every((value, c) => Math.abs(data[i + c]! - value) < 8)) like++;
      }
      return { width: bitmap.width, height: bitmap.height, like };
    },
    [png.toString('base64'), rgb] as const,
  );
}

test('the timeline is zoomed, moved, measured and read as a table by keyboard', async ({ page }) => {
  await open(page);
  const plot = page.getByRole('application');
  await plot.focus();
  const fit = await pictureOf(canvas(page));
  for (const key of ['+', 'ArrowRight', '-']) {
    const before = await pictureOf(canvas(page));
    await page.keyboard.press(key);
    await expect.poll(() => pictureOf(canvas(page))).not.toBe(before);
  }
  await page.keyboard.press('f');
  await expect.poll(() => pictureOf(canvas(page))).toBe(fit);
  for (const key of ['[', 'a', ']', ']', 'b']) await page.keyboard.press(key);
  await expect(page.locator('.timeline header')).toContainText(/A .* · B .* · difference [\d.]+ (ns|µs|ms)/);
  await page.keyboard.press('t');
  const rows = page.locator('.slice-table tbody tr');
  await expect(rows.filter({ hasText: 'hardirq' }).first()).toContainText('irq');
  await expect(rows.filter({ hasText: HOSTILE }).first()).toBeVisible();
});

/** Opens a spike whose victim another CPU woke. */
async function openWoken(page: Page, query = 'theme=dark'): Promise<void> {
  const spike = feeder.host.spikes.findLast(({ measure }) => measure === 'timer_latency')!;
  await page.goto(`${feeder.url}spike/${encodeURIComponent(wokenId(spike))}?${query}`);
  await expect.poll(() => pixelsLike(canvas(page), VECTOR)).toBeGreaterThan(500);
}

test('the timeline is searched by keyboard: matches are counted, selected one by one, and remembered', async ({
  page,
}) => {
  await openWoken(page);
  const field = page.getByRole('searchbox', { name: 'Search the timeline' });
  const told = page.locator('.timeline-search [role=status]');
  await page.keyboard.press('/');
  await expect(field).toBeFocused();
  const before = await pictureOf(canvas(page));
  await page.keyboard.type('reader');
  await expect(told).toHaveText('3 matches');
  await expect.poll(() => pictureOf(canvas(page))).not.toBe(before);
  expect(await pixelsLike(canvas(page), VECTOR)).toBe(0);
  for (const text of ['1 of 3', '2 of 3', '3 of 3', '1 of 3']) {
    await page.keyboard.press('Enter');
    await expect(told).toHaveText(text);
  }
  await expect(page.locator('.timeline-tip')).toContainText('reader-0');
  await page.keyboard.press('Shift+Enter');
  await expect(told).toHaveText('3 of 3');
  await page.reload();
  await expect(field).toHaveValue('reader');
  for (const [words, text] of [
    ['812', '1 match'],
    ['blk_mq_requeue', '1 match'],
    ['ext4_mb_regular', '2 matches'],
    ['no such thing', 'Nothing on this timeline matches “no such thing”'],
  ] as const) {
    await field.fill(words);
    await expect(told).toHaveText(text);
  }
  await expect(page.getByRole('button', { name: 'Next match (Enter)' })).toBeDisabled();
});

test('the tracks of the timeline are pinned from the list and from a slice, and remembered', async ({
  page,
}) => {
  await openWoken(page);
  const first = await pictureOf(canvas(page));
  await page.getByText('Pin tracks').click();
  await page.getByLabel('cyclictest/812').check();
  await expect(page).toHaveURL(/pin=task-812$/);
  await expect(page.getByText('Pinned tracks: 1')).toBeVisible();
  await expect.poll(() => pictureOf(canvas(page))).not.toBe(first);
  await page.reload();
  await expect(page.getByText('Pinned tracks: 1')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search the timeline' }).fill('virtio1-req');
  await page.getByRole('button', { name: 'Next match (Enter)' }).click();
  await page.getByRole('button', { name: 'Pin CPU 0' }).click();
  await expect(page).toHaveURL(/pin=task-812\.cpu-0/);
  await page.getByRole('button', { name: 'Unpin CPU 0' }).click();
  await page.getByText('Pinned tracks: 1').click();
  await page.getByLabel('cyclictest/812').uncheck();
  await expect(page).not.toHaveURL(/pin=/);
});

for (const [width, height] of [
  [1920, 1080],
  [1280, 720],
  [390, 844],
] as const) {
  test(`pinned tracks stay while the others scroll, at ${width}×${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await openWoken(page, 'theme=dark&pin=task-812.cpu-0');
    const plot = page.getByRole('application');
    const top = async () => (await pinned(page).boundingBox())!.y;
    await plot.evaluate((element) => element.scrollIntoView({ block: 'start' }));
    const natural = await top();
    // By keyboard, as anything else on the page scrolls.
    await plot.focus();
    for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown');
    await expect.poll(async () => (await canvas(page).boundingBox())!.y).toBeLessThan(natural - 20);
    expect(Math.abs((await top()) - natural)).toBeLessThan(24);
    const box = (await pinned(page).boundingBox())!;
    expect(box.height).toBeLessThanOrEqual(height / 3);
    // The copy follows the pointer, and answers it as the drawing does.
    const before = await pictureOf(pinned(page));
    const y = box.height - 16;
    for (let x = 150; x < box.width - 20; x += 40) {
      await pinned(page).click({ position: { x, y } });
      if (await page.getByRole('button', { name: 'Unpin CPU 0' }).isVisible()) break;
    }
    await expect(page.getByRole('button', { name: 'Unpin CPU 0' })).toBeVisible();
    await expect.poll(() => pictureOf(pinned(page))).not.toBe(before);
    // A match in another track is not left below the pinned ones.
    await page.getByRole('searchbox', { name: 'Search the timeline' }).fill('blk_mq_requeue');
    await page.getByRole('button', { name: 'Next match (Enter)' }).click();
    const anchor = (await page.locator('.timeline-anchor').boundingBox())!;
    expect(anchor.y).toBeGreaterThanOrEqual((await top()) + box.height - 1);
  });
}

test('pinned tracks that stay take at most a third of the height', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 420 });
  await openWoken(page, 'theme=dark&pin=cpu-0.cpu-1.cpu-2.cpu-3');
  const { height } = (await pinned(page).boundingBox())!;
  expect(height).toBeGreaterThan(40);
  expect(height).toBeLessThanOrEqual(140);
});

test('the legend of the timeline has the signs that are in it, and samples or that there are none', async ({
  page,
}) => {
  await openWoken(page);
  const legend = page.getByRole('list', { name: 'Legend of the timeline' });
  for (const words of [
    'woke, until the task ran',
    'asked for the function',
    'led to this spike',
    'timer sample',
    'marker of a program',
    'victim',
    'softirq',
  ])
    await expect(legend).toContainText(words);
  for (const words of ['NMI', 'pinned', 'lower bound']) await expect(legend).not.toContainText(words);
  await expect(page.locator('.timeline')).toContainText('CPU 3: no interrupt in the window of the spike');
  const chain = page.getByRole('region', { name: 'Chain of causation' });
  await expect(chain).toContainText('work blk_mq_requeue_work');
});

test('what to try is beside the cause, with its risk and where it is documented', async ({ page }) => {
  await open(page);
  const advice = page.getByRole('region', { name: 'What to try' });
  await expect(advice).toContainText('Move it.');
  await expect(advice).toContainText('Documentation/core-api/irq/irq-affinity.rst');
  await expect(advice.getByText('It polls.')).toBeHidden();
  await advice.getByText('Our device').click();
  await expect(advice.getByText('It polls.')).toBeVisible();
  await expect(advice).toContainText('The record does not prove that this is the cause.');
});

test('a key saves a picture that shows the spike and has its caption', async ({ page }) => {
  const id = await open(page);
  const { name, bytes } = await saved(page, () => page.keyboard.press('e'));
  expect(name).toBe(`rtprobe-synthetic-${id}.png`);
  const { width, height, like } = await decoded(page, bytes, IRQ);
  expect(width).toBe(3200);
  expect(height).toBeGreaterThan(1600);
  // The part's bar and the handler on the timeline.
  expect(like).toBeGreaterThan(50_000);
  expect((await decoded(page, bytes, ALARM)).like).toBeGreaterThan(5000);
  const carried = JSON.parse(textOf(bytes, 'rtprobe')!);
  const spike = feeder.host.spikes.find((s) => s.id === id)!;
  expect(carried).toMatchObject({
    ...{ format: 'rtprobe-picture', version: 1, host: { host: 'synthetic' } },
    spike: { id, valueNs: spike.valueNs },
    caption: {
      kernel: expect.stringMatching(/^6\.12/),
      PREEMPT_RT: 'yes',
      spike: id,
      dropped: expect.stringMatching(/^\d+$/),
    },
  });
  expect(carried.spike.task.comm).toBe(spike.task.comm);
});

test('the same as SVG is well-formed, its text is text, and a hostile name is escaped', async ({ page }) => {
  await open(page, 'theme=light');
  const { bytes } = await saved(page, () => page.getByRole('button', { name: 'SVG' }).click());
  const svg = await page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'image/svg+xml');
    const all = [...document.querySelectorAll('*')];
    return {
      errors: document.querySelectorAll('parsererror').length,
      names: [...new Set(all.map((element) => element.localName))],
      texts: [...document.querySelectorAll('text')].map((element) => element.textContent),
      fonts: [...new Set(all.map((element) => element.getAttribute('font-family')))],
      styled: all.filter((element) => element.hasAttribute('class') || element.hasAttribute('style')).length,
      metadata: document.querySelector('metadata')!.textContent,
    };
  }, String(bytes));
  expect(svg.errors).toBe(0);
  const drawn = ['svg', 'title', 'metadata', 'defs', 'g', 'rect', 'path', 'text', 'clipPath', 'pattern'];
  expect(svg.names.filter((name) => !drawn.includes(name))).toEqual([]);
  const generic = [null, 'monospace', 'sans-serif'];
  expect(svg.fonts.filter((font) => !generic.includes(font))).toEqual([]);
  expect(svg.styled).toBe(0);
  expect(svg.texts.join('\n')).toContain(HOSTILE);
  expect(JSON.parse(svg.metadata)).toMatchObject({ format: 'rtprobe-picture' });
});

/** Replaces Perfetto's page: it answers PING, and shows the trace that it received. */
const PERFETTO = `<!doctype html><title>waiting</title><script>
  addEventListener('message', (event) => {
    if (event.data === 'PING') event.source.postMessage('PONG', event.origin);
    else {
      document.title = event.data.perfetto.title;
      document.body.textContent = new TextDecoder().decode(event.data.perfetto.buffer);
    }
  });
</script><body></body>`;

test('Perfetto is opened and receives the trace; if that fails, the file is offered', async ({
  page,
  context,
  complaints,
}) => {
  // The window is still empty at the first message.
  complaints.expected.push(/postMessage.*target origin/i);
  await context.route('https://ui.perfetto.dev/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: PERFETTO }),
  );
  const id = await open(page);
  const popup = page.waitForEvent('popup');
  await page.keyboard.press('p');
  const body = (await popup).locator('body');
  await expect(body).toContainText('traceEvents');
  expect(JSON.parse((await body.textContent())!).otherData.spike).toBe(id);
  await expect(page.locator('.perfetto-told')).toHaveText('');
  await page.evaluate(() => {
    window.open = () => null;
  });
  await page.getByRole('button', { name: 'Open in Perfetto' }).click();
  await expect(page.locator('.perfetto-told')).toContainText('E_POPUP');
  const { name, bytes } = await saved(page, () => page.getByRole('button', { name: 'Save file' }).click());
  expect(name).toMatch(/\.trace\.json$/);
  expect(JSON.parse(String(bytes)).traceEvents.length).toBeGreaterThan(5);
});

test('the first screen is saved as a picture by key and by button', async ({ page }) => {
  await page.goto(`${feeder.url}?theme=dark`);
  await expect(page.locator('.spike').first()).toBeVisible();
  const png = await saved(page, () => page.keyboard.press('e'));
  expect(png.name).toMatch(/^rtprobe-synthetic-screen-\d{8}T\d{6}\.png$/);
  expect((await decoded(page, png.bytes, ALARM)).width).toBe(3200);
  expect(JSON.parse(textOf(png.bytes, 'rtprobe')!).caption.window).toMatch(/Z to .*Z$/);
  const again = await saved(page, () => page.getByRole('button', { name: 'Export e' }).click());
  expect(again.bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
  const svg = await saved(page, () => page.keyboard.press('E'));
  expect(String(svg.bytes)).toContain('<image ');
});

test('rtprobe screenshot saves the page as shown, and the sheet that the page exports', async ({ page }) => {
  const out = await mkdtemp(join(tmpdir(), 'rtprobe-shot-'));
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const id = encodeURIComponent(
    feeder.host.spikes.findLast((s) => s.measure === 'timer_latency' && s.cause)!.id,
  );
  const session = `${out}.session`;
  await writeFile(session, 'a.b', { mode: 0o600 });
  const shoot = async (file: string, ...words: string[]) => {
    const common = [
      '--out',
      file,
      '--chromium',
      chromiumPath,
      '--wait',
      '1',
      '--json',
      '--session-file',
      session,
    ];
    const command = ['apps/cli/src/main.ts', 'screenshot', `${feeder.url}spike/${id}`, ...common, ...words];
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root });
    return JSON.parse(stdout) as { file: string; url: string; bytes: number };
  };
  try {
    const told = await shoot(join(out, 'page.png'), '--size', '1280x720', '--theme', 'light');
    const shot = await readFile(told.file);
    expect(told).toMatchObject({ bytes: shot.length, url: expect.stringContaining('theme=light') });
    await page.goto(feeder.url);
    const seen = await decoded(page, shot, IRQ);
    expect([seen.width, seen.height]).toEqual([1280, 720]);
    expect(seen.like).toBeGreaterThan(500);
    const { file } = await shoot(out, '--sheet');
    expect(file).toMatch(/rtprobe-synthetic-.*\.png$/);
    expect(JSON.parse(textOf(await readFile(file), 'rtprobe')!).format).toBe('rtprobe-picture');
    await expect(shoot(join(out, 'page.png'))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('E_WRITE'),
    });
    expect((await readdir(out)).length).toBe(2);
  } finally {
    await rm(out, { recursive: true });
    await rm(session);
  }
});
