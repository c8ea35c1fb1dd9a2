// Who may speak to the bridge: asked alike for every HTTP request and every WebSocket upgrade, before
// anything else looks at them.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { BridgeError } from '../base/errors.ts';

export interface GuardOptions {
  host: string;
  port: number;
  token: string;
  /** Origins, such as https://rt.example.org, under which a proxy publishes this bridge. */
  origins: readonly string[];
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];
const wildcards = new Set(['0.0.0.0', '::']);

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The way an address is written in a URL. */
export const urlHost = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

/** Every name this machine has, for a bridge that listens on all addresses. */
function machineNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [hostname().toLowerCase(), ...addresses.map((a) => urlHost(a.address))];
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export class Guard {
  /** True when nothing at all is answered without the token. */
  readonly needsTokenToRead: boolean;
  readonly cookieName: string;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #token: Buffer;

  constructor(options: GuardOptions) {
    this.needsTokenToRead = !isLoopback(options.host);
    // Cookies know no port: another bridge on this machine has another cookie.
    this.cookieName = `rtprobe-${options.port}`;
    this.#token = digest(options.token);
    const names = [urlHost(options.host), ...loopbackNames];
    if (wildcards.has(options.host)) names.push(...machineNames());
    const hosts = names.map((name) => `${name}:${options.port}`);
    if (options.port === 80) hosts.push(...names);
    const published = options.origins.map((origin) => new URL(origin));
    this.#hosts = new Set([...hosts, ...published.map((url) => url.host)]);
    this.#origins = new Set([
      ...hosts.map((host) => `http://${host}`),
      ...published.map((url) => url.origin),
    ]);
  }

  /** Throws unless the request names this bridge and, if a page sent it, a page of this bridge did. */
  checkNames(request: IncomingMessage): void {
    const host = request.headers.host?.toLowerCase();
    if (host === undefined || !this.#hosts.has(host)) {
      throw new BridgeError('E_HOST_HEADER', `this bridge is not "${host ?? ''}"`, host);
    }
    const { origin } = request.headers;
    if (origin !== undefined && !this.#origins.has(origin)) {
      throw new BridgeError('E_ORIGIN', `pages of "${origin}" may not use this bridge`, origin);
    }
  }

  /** For upgrades: browsers always send an Origin with one, so its absence is no excuse. */
  checkUpgrade(request: IncomingMessage): void {
    this.checkNames(request);
    if (request.headers.origin === undefined) {
      throw new BridgeError('E_ORIGIN', 'a WebSocket needs an Origin header that names this bridge');
    }
    this.checkRead(request);
  }

  checkRead(request: IncomingMessage): void {
    if (this.needsTokenToRead && !this.#headerMatches(request) && !this.#cookieMatches(request)) {
      throw new BridgeError('E_TOKEN', 'open this bridge by the address it printed when it started');
    }
  }

  /** For changes the header is needed: a cookie alone would let other pages ride on it. */
  checkControl(request: IncomingMessage): void {
    if (!this.#headerMatches(request)) {
      throw new BridgeError('E_TOKEN', 'a change needs the header "Authorization: Bearer TOKEN"');
    }
  }

  matches(token: string): boolean {
    return timingSafeEqual(digest(token), this.#token);
  }

  #headerMatches(request: IncomingMessage): boolean {
    const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ');
    return scheme === 'Bearer' && token !== undefined && rest.length === 0 && this.matches(token);
  }

  #cookieMatches(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    const prefix = `${this.cookieName}=`;
    return cookies.some((cookie) => cookie.startsWith(prefix) && this.matches(cookie.slice(prefix.length)));
  }
}
