import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openInPerfetto, PERFETTO_URL } from './perfetto.ts';

const file = { title: 'late', fileName: 'x.trace.json', content: '{"traceEvents":[]}' };

function browser(popup: { closed: boolean; postMessage: ReturnType<typeof vi.fn> } | null) {
  const listeners = new Set<(event: MessageEvent) => void>();
  return {
    open: vi.fn(() => popup as unknown as Window),
    setInterval: (ask: () => void, ms: number) => setInterval(ask, ms) as unknown as number,
    clearInterval: (timer: number) => clearInterval(timer),
    addEventListener: (_: string, listener: unknown) =>
      void listeners.add(listener as (event: MessageEvent) => void),
    removeEventListener: (_: string, listener: unknown) =>
      void listeners.delete(listener as (event: MessageEvent) => void),
    says: (event: { source: unknown; origin: string; data: unknown }) => {
      for (const listener of [...listeners]) listener(event as MessageEvent);
    },
    listeners,
  };
}
type Opener = Parameters<typeof openInPerfetto>[0];
const asOpener = (opened: ReturnType<typeof browser>) => opened as unknown as Opener;

describe('handing a trace to Perfetto', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks until the page answers, then hands it over once', async () => {
    const popup = { closed: false, postMessage: vi.fn() };
    const opened = browser(popup);
    const done = openInPerfetto(asOpener(opened), file);
    vi.advanceTimersByTime(1000);
    expect(popup.postMessage.mock.calls.length).toBeGreaterThan(3);
    expect(new Set(popup.postMessage.mock.calls.map((call) => call.join()))).toEqual(
      new Set([`PING,${PERFETTO_URL}`]),
    );
    opened.says({ source: popup, origin: PERFETTO_URL, data: 'PONG' });
    expect(await done).toBeUndefined();
    const [message, origin] = popup.postMessage.mock.lastCall as [
      { perfetto: { buffer: ArrayBuffer } },
      string,
    ];
    expect(origin).toBe(PERFETTO_URL);
    expect(message.perfetto).toMatchObject({ title: 'late', fileName: 'x.trace.json' });
    expect(new TextDecoder().decode(message.perfetto.buffer)).toBe(file.content);
    const calls = popup.postMessage.mock.calls.length;
    vi.advanceTimersByTime(1000);
    expect(popup.postMessage.mock.calls.length).toBe(calls);
    expect(opened.listeners.size).toBe(0);
  });

  it('takes no answer from another page', async () => {
    const popup = { closed: false, postMessage: vi.fn() };
    const opened = browser(popup);
    const done = openInPerfetto(asOpener(opened), file);
    opened.says({ source: popup, origin: 'https://evil.example', data: 'PONG' });
    opened.says({ source: {}, origin: PERFETTO_URL, data: 'PONG' });
    expect(popup.postMessage).not.toHaveBeenCalled();
    vi.advanceTimersByTime(31_000);
    expect(await done).toBe('silent');
    expect(opened.listeners.size).toBe(0);
  });

  it('says when no window could be opened, and when it was closed', async () => {
    expect(await openInPerfetto(asOpener(browser(null)), file)).toBe('blocked');
    const popup = { closed: false, postMessage: vi.fn() };
    const done = openInPerfetto(asOpener(browser(popup)), file);
    popup.closed = true;
    vi.advanceTimersByTime(200);
    expect(await done).toBe('closed');
  });
});
