// Saves a picture of a page of the dashboard: the screen, or the sheet with a caption that the page exports.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chromium } from '../browser/chromium.ts';
import { Page } from '../browser/page.ts';
import { CliError } from '../errors.ts';

export interface ScreenshotOptions {
  /** The page. */
  readonly url: string;
  /** Of a session, as the bridge sets it: NAME=VALUE and attributes. */
  readonly cookie: string;
  readonly width: number;
  readonly height: number;
  /** Pixels of the picture per pixel of the page. */
  readonly scale: number;
  /** Time to wait after the page shows its content. */
  readonly waitMs: number;
  /** The sheet that the page exports, instead of the screen. */
  readonly sheet: 'png' | 'svg' | undefined;
}

export interface Screenshot {
  readonly bytes: Buffer;
  /** Name of the file that the page suggests, if any. */
  readonly name?: string;
}

const SHOWS_WITHIN_MS = 30_000;
const SAVES_WITHIN_MS = 30_000;
const POLL_MS = 200;
/** The page requests what its content needs within this number of polls. */
const QUIET_POLLS = 2;

/** The page shows its host, and a spike's page its spike. */
const SHOWS = `document.querySelector('main') !== null &&
  document.querySelector('.loading') === null &&
  (!location.pathname.includes('/spike/') || document.querySelector('.spike-report-head') !== null)`;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A page whose requests are counted until it shows its content. */
class Shown {
  readonly page: Page;
  /** Requests that have not ended. */
  readonly #pending = new Set<string>();

  private constructor(chromium: Chromium, page: Page) {
    this.page = page;
    type Request = { requestId: string };
    chromium.listen<Request>('Network.requestWillBeSent', ({ requestId }) => this.#pending.add(requestId));
    for (const end of ['Network.loadingFinished', 'Network.loadingFailed'])
      chromium.listen<Request>(end, ({ requestId }) => this.#pending.delete(requestId));
  }

  static async open(chromium: Chromium, { width, height, scale }: ScreenshotOptions): Promise<Shown> {
    const { targetId } = await chromium.send<{ targetId: string }>('Target.createTarget', {
      url: 'about:blank',
    });
    const page = await Page.attach(chromium, targetId);
    const shown = new Shown(chromium, page);
    await page.send('Page.enable');
    await page.send('Network.enable');
    const metrics = { width, height, deviceScaleFactor: scale, mobile: false };
    await page.send('Emulation.setDeviceMetricsOverride', metrics);
    // Prevents the help, which opens on a first visit.
    const source = "try { localStorage.setItem('rtprobe.helped', '1'); } catch {}";
    await page.send('Page.addScriptToEvaluateOnNewDocument', { source });
    return shown;
  }

  /** Waits for the page's content, and for what it requests then, such as a trace. */
  async wait(): Promise<void> {
    let isShown = false;
    let quiet = 0;
    for (const end = Date.now() + SHOWS_WITHIN_MS; Date.now() < end; await pause(POLL_MS)) {
      isShown = await this.page.evaluate<boolean>(SHOWS);
      quiet = isShown && this.#pending.size === 0 ? quiet + 1 : 0;
      if (quiet > QUIET_POLLS) break;
    }
    // Its events would contain every frame of the stream.
    await this.page.send('Network.disable');
    if (isShown) return;
    const seen = await this.page.visibleText();
    const why = `the page shows no host within ${SHOWS_WITHIN_MS / 1000} s: ${JSON.stringify(seen)}`;
    throw new CliError('E_NO_PAGE', why, 'look whether the bridge has a host: open the page in a browser');
  }
}

/** Presses the page's key and returns the file that it saves. */
async function savedSheet(chromium: Chromium, page: Page, form: 'png' | 'svg'): Promise<Screenshot> {
  const folder = mkdtempSync(join(tmpdir(), 'rtprobe-sheet-'));
  const behaviour = { behavior: 'allowAndName', downloadPath: folder, eventsEnabled: true };
  const stops: (() => void)[] = [];
  try {
    await chromium.send('Browser.setDownloadBehavior', behaviour);
    const saved = new Promise<Screenshot>((resolve, reject) => {
      let name = '';
      const late = setTimeout(
        () =>
          reject(
            new CliError('E_NO_PAGE', 'this page does not export a picture', 'omit --sheet for this page'),
          ),
        SAVES_WITHIN_MS,
      );
      stops.push(
        () => clearTimeout(late),
        chromium.listen<{ suggestedFilename: string }>('Browser.downloadWillBegin', (begun) => {
          name = begun.suggestedFilename;
        }),
        chromium.listen<{ state: string; guid: string }>('Browser.downloadProgress', ({ state, guid }) => {
          if (state === 'completed') resolve({ bytes: readFileSync(join(folder, guid)), name });
        }),
      );
    });
    const key = form === 'png' ? 'e' : 'E';
    await page.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key });
    await page.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    return await saved;
  } finally {
    for (const stop of stops) stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Saves the picture with the Chromium at `program`. Rejects with a CliError. */
export async function takeScreenshot(
  program: string,
  options: ScreenshotOptions,
  started: (chromium: Chromium) => void,
): Promise<Screenshot> {
  const { url, cookie, sheet, waitMs } = options;
  const chromium = await Chromium.start(program);
  started(chromium);
  try {
    const shown = await Shown.open(chromium, options);
    const { page } = shown;
    await page.setCookie(url, cookie);
    await page.go(url);
    await shown.wait();
    await pause(waitMs);
    if (sheet !== undefined) return await savedSheet(chromium, page, sheet);
    const { data } = await page.send<{ data: string }>('Page.captureScreenshot', { format: 'png' });
    return { bytes: Buffer.from(data, 'base64') };
  } finally {
    await chromium.close();
  }
}
