// Passes a trace to Perfetto's page as its documentation on deep linking describes: opens the page, sends PING until it
// replies PONG, then posts the trace. The trace stays in this browser.

export const PERFETTO_URL = 'https://ui.perfetto.dev';

const PING_MS = 100;
/** Perfetto's page has several megabytes. */
const ANSWER_WITHIN_MS = 30_000;

/** blocked: the browser opened no window. silent: no reply in time. closed: the user closed the window first. */
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

/** Resolves with the failure, or with undefined after the trace was posted. Must be called from a click or a key. */
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
