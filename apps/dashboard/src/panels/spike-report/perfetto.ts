// Hands a trace to Perfetto's own page, as its documentation on deep linking describes: the page is opened, asked with
// PING until it answers PONG, and then told the trace. All of it stays in this browser.

export const PERFETTO_URL = 'https://ui.perfetto.dev';

const PING_MS = 100;
/** Its page is some megabytes. */
const ANSWER_WITHIN_MS = 30_000;

/** blocked: no window could be opened. silent: it never answered. closed: a person closed it first. */
export type PerfettoFailure = 'blocked' | 'silent' | 'closed';

export interface TraceFile {
  readonly title: string;
  readonly fileName: string;
  readonly content: string;
}

type Opener = Pick<
  Window,
  'open' | 'setInterval' | 'clearInterval' | 'addEventListener' | 'removeEventListener'
>;

/** Resolves with why it failed, or with undefined once the trace was handed over. Call it from a click or a key. */
export function openInPerfetto(opener: Opener, file: TraceFile): Promise<PerfettoFailure | undefined> {
  const popup = opener.open(PERFETTO_URL);
  if (popup === null) return Promise.resolve('blocked');
  return new Promise((resolve) => {
    let asked = 0;
    const end = (failure?: PerfettoFailure) => {
      opener.clearInterval(timer);
      opener.removeEventListener('message', answer);
      resolve(failure);
    };
    const answer = (event: MessageEvent) => {
      if (event.source !== popup || event.origin !== PERFETTO_URL || event.data !== 'PONG') return;
      const { title, fileName, content } = file;
      const { buffer } = new TextEncoder().encode(content);
      popup.postMessage({ perfetto: { buffer, title, fileName } }, PERFETTO_URL, [buffer]);
      end();
    };
    const ask = () => {
      asked++;
      if (popup.closed) end('closed');
      else if (asked * PING_MS > ANSWER_WITHIN_MS) end('silent');
      else popup.postMessage('PING', PERFETTO_URL);
    };
    opener.addEventListener('message', answer);
    const timer = opener.setInterval(ask, PING_MS);
  });
}
