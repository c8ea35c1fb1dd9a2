// Measures a page in Chromium: the main thread's time, the frames shown, the renderer's memory.
import { readFileSync } from 'node:fs';
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';
import { chromiumArgs, chromiumPath } from '../tests/chromium.ts';

export interface Cost {
  /** Share of a core that the main thread used: all tasks, and JavaScript and layout within them. */
  busy: number;
  script: number;
  layout: number;
  framesPerSecond: number;
  /** CPU time of all threads of the page's process, and of the compositor; shares of a core. */
  renderer: number;
  compositor: number;
}

export class Screen {
  readonly page: Page;
  readonly #browser: Browser;
  readonly #session: CDPSession;
  readonly #processes: CDPSession;
  #renderer: number | undefined;

  private constructor(browser: Browser, page: Page, session: CDPSession, processes: CDPSession) {
    this.#browser = browser;
    this.page = page;
    this.#session = session;
    this.#processes = processes;
  }

  static async open(url: string): Promise<Screen> {
    const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.addInitScript(() => localStorage.setItem('rtprobe.helped', '1'));
    await page.goto(url);
    const session = await page.context().newCDPSession(page);
    // Thread time, not wall time: other processes on the machine do not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const processes = await browser.newBrowserCDPSession();
    return new Screen(browser, page, session, processes);
  }

  /**
   * Returns the page's own process. Chromium has other renderers; the page's is the one that works while the page is
   * busy.
   */
  async #ownRenderer(): Promise<number> {
    if (this.#renderer !== undefined) return this.#renderer;
    const cpuTimes = async () => {
      const { processInfo } = await this.#processes.send('SystemInfo.getProcessInfo');
      return new Map(processInfo.filter((p) => p.type === 'renderer').map((p) => [p.id, p.cpuTime]));
    };
    const before = await cpuTimes();
    await this.page.evaluate(() => {
      const end = performance.now() + 1000;
      while (performance.now() < end);
    });
    const worked = [...(await cpuTimes())].map(([id, time]) => [id, time - (before.get(id) ?? 0)] as const);
    const own = worked.toSorted((a, b) => b[1] - a[1])[0];
    if (own === undefined) throw new Error('Chromium names no renderer');
    this.#renderer = own[0];
    return this.#renderer;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }

  /** Returns the resident memory of the page's process in bytes, after a garbage collection. */
  async residentBytes(): Promise<number> {
    const renderer = await this.#ownRenderer();
    await this.#session.send('HeapProfiler.collectGarbage');
    const status = readFileSync(`/proc/${renderer}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
  }

  async cost(seconds: number): Promise<Cost> {
    const renderer = await this.#ownRenderer();
    const started = performance.now();
    const before = await this.#metrics(renderer);
    const frames = await this.page.evaluate(countFrames, seconds * 1000);
    const after = await this.#metrics(renderer);
    const elapsed = (performance.now() - started) / 1000;
    const share = (name: string) => (after.get(name)! - before.get(name)!) / elapsed;
    return {
      busy: share('TaskDuration'),
      script: share('ScriptDuration'),
      layout: share('LayoutDuration') + share('RecalcStyleDuration'),
      framesPerSecond: frames,
      renderer: share('renderer'),
      compositor: share('GPU'),
    };
  }

  async #metrics(renderer: number): Promise<Map<string, number>> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    const { processInfo } = await this.#processes.send('SystemInfo.getProcessInfo');
    const cpu = (which: (p: { type: string; id: number }) => boolean) =>
      processInfo.filter(which).reduce((sum, p) => sum + p.cpuTime, 0);
    return new Map<string, number>([
      ...metrics.map(({ name, value }) => [name, value] as const),
      ['renderer', cpu((p) => p.id === renderer)],
      ['GPU', cpu((p) => p.type === 'GPU')],
    ]);
  }
}

/** Runs in the page: returns animation frames per second over that time. */
function countFrames(ms: number): Promise<number> {
  return new Promise((resolve) => {
    const started = performance.now();
    let count = 0;
    const tick = () => {
      count++;
      const elapsed = performance.now() - started;
      if (elapsed < ms) requestAnimationFrame(tick);
      else resolve((count * 1000) / elapsed);
    };
    requestAnimationFrame(tick);
  });
}
