// A page of a Chromium that this process drives.
import { CliError } from '../errors.ts';
import { PROGRAM } from '../own-command.ts';
import type { Chromium } from './chromium.ts';

export class Page {
  readonly #chromium: Chromium;
  /** Identifies the page in the protocol; that of its events, too. */
  readonly session: string;

  private constructor(chromium: Chromium, session: string) {
    this.#chromium = chromium;
    this.session = session;
  }

  static async attach(chromium: Chromium, targetId: string): Promise<Page> {
    const attach = { targetId, flatten: true };
    const { sessionId } = await chromium.send<{ sessionId: string }>('Target.attachToTarget', attach);
    return new Page(chromium, sessionId);
  }

  send<T>(method: string, params: object = {}): Promise<T> {
    return this.#chromium.send<T>(method, params, this.session);
  }

  /** Sets the cookie of a session, as the bridge sends it: NAME=VALUE and attributes. */
  async setCookie(url: string, cookie: string): Promise<void> {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    const secure = url.startsWith('https:');
    const until = Date.parse(/;\s*Expires=([^;]+)/i.exec(cookie)?.[1] ?? '');
    // Without it, the profile would forget the session.
    const expires = until > 0 ? { expires: Math.floor(until / 1000) } : {};
    const path = /;\s*Path=([^;]+)/i.exec(cookie)?.[1] ?? '/';
    const session = { name, value, url, path, httpOnly: true, sameSite: 'Strict', secure, ...expires };
    await this.send('Network.setCookie', session);
  }

  /** Opens an address. Rejects with E_NO_BRIDGE. */
  async go(url: string): Promise<void> {
    const { errorText } = await this.send<{ errorText?: string }>('Page.navigate', { url });
    if (errorText === undefined) return;
    const where = new URL(url).origin;
    throw new CliError(
      'E_NO_BRIDGE',
      `${where} could not be opened: ${errorText}`,
      `start a bridge: ${PROGRAM} serve …`,
    );
  }

  async evaluate<T>(expression: string): Promise<T> {
    const wanted = { expression, returnByValue: true };
    const { result } = await this.send<{ result: { value: T } }>('Runtime.evaluate', wanted);
    return result.value;
  }

  /** Returns the start of the text that a person sees. */
  visibleText(): Promise<string> {
    return this.evaluate<string>("document.body?.innerText.trim().slice(0, 200) ?? ''");
  }
}
