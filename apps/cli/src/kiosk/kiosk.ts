// Shows the kiosk view of a bridge in a Chromium of its own, and keeps it logged in.
import { type BridgeAccess, browserCookie } from '../access/client.ts';
import { Chromium, HEADLESS } from '../browser/chromium.ts';
import { Page } from '../browser/page.ts';
import { CliError } from '../errors.ts';
import { describeError } from '../report.ts';
import { bridgeOfPage, readPage } from './address.ts';
import { prepareProfile } from './profile.ts';
import { keepDisplayOn, kioskFlags } from './screen.ts';

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const RETRY_MS = 2000;
const POLL_MS = 500;
const WATCH_MS = 15_000;
/** Time for the page to show a host, or to ask for a login. */
const SHOWS_WITHIN_MS = 60_000;
/** The page reloads itself after errors of its own; this is for a page that cannot. */
const DEAD_POLLS = 4;

export interface KioskOptions {
  /** Page of the dashboard, as a kiosk. */
  readonly url: string;
  readonly chromium: string;
  readonly profile: string;
  readonly access: Omit<BridgeAccess, 'url'>;
  readonly headless: boolean;
}

/** What the page shows: `login` asks for a code, `shown` has the view of a host. */
export interface Seen {
  readonly state: 'login' | 'shown' | 'other';
  readonly isKiosk: boolean;
  /** Word of the bar in lower case, such as live. */
  readonly status: string;
}

const SEEN = `(() => {
  const status = document.querySelector('.bar .status');
  return {
    state: document.querySelector('main.login') ? 'login' : status ? 'shown' : 'other',
    isKiosk: 'kiosk' in document.documentElement.dataset,
    status: /status-([a-z]+)/.exec(status?.className ?? '')?.[1] ?? '',
  };
})()`;

const NOTHING: Seen = { state: 'other', isKiosk: false, status: '' };

/** A document that has just begun has no elements, which is an error of the script. */
const look = async (page: Page): Promise<Seen> => (await page.evaluate<Seen | undefined>(SEEN)) ?? NOTHING;

/** Waits until a bridge answers, and returns its address. */
export async function waitForBridge(url: string, retryMs = RETRY_MS): Promise<string> {
  let html = await readPage(url);
  if (html === undefined) console.error(`rtprobe: waits until a bridge answers at ${new URL(url).origin}`);
  for (; html === undefined; html = await readPage(url)) await pause(retryMs);
  return bridgeOfPage(url, html);
}

/** Waits until the page shows a host that has data, or asks for a login. */
async function settled(page: Page): Promise<Seen> {
  const end = Date.now() + SHOWS_WITHIN_MS;
  for (;;) {
    const seen = await look(page);
    if (seen.state === 'login') return seen;
    if (seen.state === 'shown' && (seen.status !== 'connecting' || Date.now() > end)) return seen;
    if (Date.now() > end) return seen;
    await pause(POLL_MS);
  }
}

async function logIn(page: Page, access: BridgeAccess, url: string): Promise<void> {
  await page.setCookie(url, await browserCookie(access));
  await page.send('Page.reload');
  // The page before the reload still answers for a moment.
  await pause(POLL_MS);
}

async function firstPage(chromium: Chromium): Promise<Page> {
  type Targets = { targetInfos: { targetId: string; type: string }[] };
  for (let attempt = 0; attempt < 50; attempt++) {
    const { targetInfos } = await chromium.send<Targets>('Target.getTargets');
    const target = targetInfos.find(({ type }) => type === 'page');
    if (target) return Page.attach(chromium, target.targetId);
    await pause(POLL_MS / 5);
  }
  throw new CliError(
    'E_CHROMIUM',
    'Chromium opens no window',
    'try this Chromium by hand, or use another: --chromium PATH',
  );
}

export class Kiosk {
  readonly #options: KioskOptions;
  #chromium: Chromium | undefined;

  constructor(options: KioskOptions) {
    this.#options = options;
  }

  readonly close = async (): Promise<void> => this.#chromium?.close();

  /** Opens the page and logs in if it asks. Returns what it then shows. */
  async #open(): Promise<{ page: Page; access: BridgeAccess; seen: Seen }> {
    const { url, headless, profile } = this.#options;
    prepareProfile(profile);
    const access = { ...this.#options.access, url: await waitForBridge(url) };
    if (!headless) keepDisplayOn();
    const flags = [...kioskFlags(url), ...(headless ? HEADLESS : [])];
    const chromium = await Chromium.start(this.#options.chromium, { flags, profile });
    this.#chromium = chromium;
    const page = await firstPage(chromium);
    await page.send('Page.enable');
    await page.send('Inspector.enable');
    // Prevents the help, which opens on a first visit.
    const source = "try { localStorage.setItem('rtprobe.helped', '1'); } catch {}";
    await page.send('Page.addScriptToEvaluateOnNewDocument', { source });
    await page.go(url);
    let seen = await settled(page);
    if (seen.state === 'login') {
      await logIn(page, access, url).catch((error: unknown) => {
        if (headless) throw error;
        console.error(describeError(error));
        console.error('rtprobe: the page waits for a login code');
      });
      seen = await settled(page);
    }
    return { page, access, seen };
  }

  /** Opens the page once without a display. Rejects with E_NO_PAGE if it is not the kiosk view of a host with data. */
  async trial(): Promise<Seen> {
    try {
      const { page, seen } = await this.#open();
      if (seen.state === 'shown' && seen.isKiosk && /^(live|replay)$/.test(seen.status)) return seen;
      const text = JSON.stringify(await page.visibleText());
      const todo = 'open the address in a browser: what it shows says what is missing';
      throw new CliError('E_NO_PAGE', `the page shows no data (${seen.status || seen.state}): ${text}`, todo);
    } finally {
      await this.close();
    }
  }

  /** Shows the page until Chromium or the page ends, which is a failure: systemd then starts the kiosk again. */
  async show(): Promise<never> {
    const { page, access, seen } = await this.#open();
    const chromium = this.#chromium!;
    console.log(`rtprobe: shows ${this.#options.url} (${seen.status || seen.state})`);
    const crashed = new Promise<string>((resolve) => {
      chromium.listen('Inspector.targetCrashed', () => resolve('the page crashed'));
      chromium.listen('Inspector.detached', () => resolve('its window was closed'));
    });
    const stop = await Promise.race([chromium.gone, crashed, this.#watch(page, access)]);
    await this.close();
    throw new CliError('E_CHROMIUM', `Chromium shows the page no longer: ${stop}`, 'start the kiosk again');
  }

  /** Logs in again when the page asks for it. Returns when the page has not been the dashboard for a minute. */
  async #watch(page: Page, access: BridgeAccess): Promise<string> {
    let dead = 0;
    let complained = false;
    for (;;) {
      await pause(WATCH_MS);
      const { state } = await look(page).catch(() => ({ state: 'other' }) as const);
      dead = state === 'other' ? dead + 1 : 0;
      if (dead >= DEAD_POLLS) return 'it is not a page of rtprobe';
      if (state !== 'login') {
        complained = false;
        continue;
      }
      await logIn(page, access, this.#options.url).catch((error: unknown) => {
        if (!complained) console.error(describeError(error));
        complained = true;
      });
    }
  }
}
