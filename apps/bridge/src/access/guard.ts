// Checks who may use the bridge. Every HTTP request and every WebSocket upgrade passes these checks before anything
// else reads it.
import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { REQUEST_HEADER } from '@rtprobe/protocol';
import { BridgeError } from '../base/errors.ts';
import type { Access } from './access.ts';
import { LOCAL_SESSION, type Session } from './sessions.ts';

export interface GuardOptions {
  host: string;
  port: number;
  /** The bridge itself uses TLS. */
  tls: boolean;
  /** Origins, such as https://rt.example.org, under which a proxy publishes this bridge. */
  origins: readonly string[];
  /** Only the published origins are served, because the proxy is the only way in. */
  behindProxy: boolean;
  /** Path under which a proxy publishes this bridge; empty at the root of a host name. */
  base: string;
  /** How a person runs rtprobe where this bridge was started. */
  program: string;
}

/** Attributes of the cookie with a browser's session. */
export interface CookieAttributes {
  readonly httpOnly: true;
  readonly sameSite: 'strict';
  readonly path: string;
  readonly secure: boolean;
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];
const wildcards = new Set(['0.0.0.0', '::']);

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Formats an address for a URL. */
export const urlHost = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

/** Returns every name of this machine, for a bridge that listens on all addresses. */
function machineNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [hostname().toLowerCase(), ...addresses.map((a) => urlHost(a.address))];
}

/** Returns the names under which the bridge can be reached, with the port where an address shows it. */
function ownHosts({ host, port, tls, behindProxy, origins }: GuardOptions): string[] {
  if (behindProxy && origins.length > 0 && !isLoopback(host)) return [];
  const names = [urlHost(host), ...loopbackNames];
  if (wildcards.has(host)) names.push(...machineNames());
  const hosts = names.map((name) => `${name}:${port}`);
  return port === (tls ? 443 : 80) ? [...hosts, ...names] : hosts;
}

const ALLOW = 'open its own address, or start it with --origin';
const FORGERY = 'the change could come from a page of another origin';

export class Guard {
  readonly #access: Access;
  readonly #options: GuardOptions;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  /** Hosts that a proxy publishes with TLS. */
  readonly #secureHosts: ReadonlySet<string>;
  /** Connections of the unix socket. */
  readonly #local = new WeakSet<Socket>();

  constructor(options: GuardOptions, access: Access) {
    this.#access = access;
    this.#options = options;
    const hosts = ownHosts(options);
    const published = options.origins.map((origin) => new URL(origin));
    const scheme = options.tls ? 'https' : 'http';
    this.#hosts = new Set([...hosts, ...published.map((url) => url.host)]);
    this.#origins = new Set([
      ...hosts.map((host) => `${scheme}://${host}`),
      ...published.map((url) => url.origin),
    ]);
    const secure = published.filter((url) => url.protocol === 'https:').map((url) => url.host);
    this.#secureHosts = new Set(options.tls ? this.#hosts : secure);
  }

  /** Marks a connection of the unix socket: whoever could open the socket is an operator. */
  trustLocal(socket: Socket): void {
    this.#local.add(socket);
  }

  #isLocal(request: IncomingMessage): boolean {
    return this.#local.has(request.socket);
  }

  /** Throws unless the request names this bridge and, if a page sent it, that page belongs to this bridge. */
  checkNames(request: IncomingMessage): void {
    // No browser can reach the unix socket.
    if (this.#isLocal(request)) return;
    const host = request.headers.host?.toLowerCase();
    if (host === undefined || !this.#hosts.has(host)) {
      const why = `"${host ?? ''}" is not an address of this bridge`;
      throw new BridgeError(
        'E_HOST_HEADER',
        why,
        'use one that it listens on, or start it with --origin',
        host,
      );
    }
    const { origin } = request.headers;
    if (origin !== undefined && !this.#origins.has(origin)) {
      throw new BridgeError('E_ORIGIN', `pages of "${origin}" may not use this bridge`, ALLOW, origin);
    }
  }

  /**
   * Refuses API requests of pages with another origin. Pages on another port of the same name send cookies along, and
   * send no Origin for an image or a frame. Throws E_ORIGIN.
   */
  checkSite(request: IncomingMessage): void {
    const site = request.headers['sec-fetch-site'];
    if (site !== 'cross-site' && site !== 'same-site') return;
    throw new BridgeError('E_ORIGIN', 'pages of other origins may not use this bridge', ALLOW);
  }

  /** Returns undefined for a request without a valid session. */
  session(request: IncomingMessage): Session | undefined {
    if (this.#isLocal(request)) return LOCAL_SESSION;
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const [, token] = /^Bearer ([\w.-]+)$/.exec(authorization) ?? [];
      return token === undefined ? undefined : this.#access.verify('token', token);
    }
    const prefix = `${this.cookieName(request)}=`;
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    // If a name is sent twice, it was set for two paths, and one of them is not ours.
    const ours = cookies.filter((cookie) => cookie.startsWith(prefix));
    if (ours.length !== 1) return undefined;
    return this.#access.verify('browser', ours[0]!.slice(prefix.length));
  }

  /** Returns the session of a request. Throws E_SESSION. */
  requireSession(request: IncomingMessage): Session {
    const session = this.session(request);
    if (session) return session;
    throw this.noSession();
  }

  /** Returns the refusal of a request without a session. */
  noSession(): BridgeError {
    const command = this.#loginCommand;
    const todo = `log in: run "${command}" where the bridge runs`;
    return new BridgeError('E_SESSION', 'this needs a session', todo, undefined, command);
  }

  get #loginCommand(): string {
    return `${this.#options.program} login`;
  }

  /** Checks that the session may change something. Throws E_ROLE or E_CSRF. */
  checkChange(request: IncomingMessage, session: Session): void {
    if (session.role !== 'operator') {
      const command = this.#loginCommand;
      const todo = `log in as operator: ${command} --role operator`;
      throw new BridgeError('E_ROLE', 'this session can only read', todo, session.role, command);
    }
    this.checkForgery(request, session);
  }

  /** Refuses what a page of another origin could send with the browser's cookie. Throws E_CSRF. */
  checkForgery(request: IncomingMessage, session: Session | undefined): void {
    if (session?.kind === 'browser' && request.headers[REQUEST_HEADER] === undefined) {
      throw new BridgeError('E_CSRF', FORGERY, `send the header "${REQUEST_HEADER}: 1"`, REQUEST_HEADER);
    }
    const hasBody = request.method !== 'DELETE' || Number(request.headers['content-length'] ?? 0) > 0;
    if (
      hasBody &&
      !/^application\/(json|octet-stream)\s*(;|$)/i.test(request.headers['content-type'] ?? '')
    ) {
      throw new BridgeError(
        'E_CSRF',
        FORGERY,
        'send the header "Content-Type: application/json"',
        'content-type',
      );
    }
  }

  /**
   * Checks the Origin of an upgrade. Browsers always send one, so it may be missing only without a cookie. Throws
   * E_ORIGIN.
   */
  checkUpgradeOrigin(request: IncomingMessage, session: Session): void {
    if (request.headers.origin !== undefined || session.kind !== 'browser') return;
    throw new BridgeError('E_ORIGIN', 'a WebSocket needs an Origin header that names this bridge', ALLOW);
  }

  /** Returns true if the browser uses TLS to this bridge, or to the proxy in front of it. */
  isSecure(request: IncomingMessage): boolean {
    return this.#secureHosts.has(request.headers.host?.toLowerCase() ?? '');
  }

  /**
   * Returns the name of the cookie. It contains the port because cookies are shared between ports: another bridge on
   * this machine needs another name. Browsers accept the prefix `__Host-` only for the path `/`.
   */
  cookieName(request: IncomingMessage): string {
    const prefix = this.#options.base === '' ? '__Host-' : '__Secure-';
    return `${this.isSecure(request) ? prefix : ''}rtprobe-${this.#options.port}`;
  }

  /** Returns attributes with which neither scripts, nor other sites, nor other paths get the cookie. */
  cookieAttributes(request: IncomingMessage): CookieAttributes {
    const path = this.#options.base || '/';
    return { httpOnly: true, sameSite: 'strict', path, secure: this.isSecure(request) };
  }
}
