// HTTP: headers, limits, guard, REST, and the dashboard's files, in that order.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express, type Request, type RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { z } from 'zod';
import type { Guard } from '../access/guard.ts';
import { BridgeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { type ApiContext, createApi } from './api.ts';
import { errorHandler, onlyMethod, readStrict, sendError } from './reply.ts';

const REQUESTS_PER_MINUTE = 1200;
const CHANGES_PER_MINUTE = 120;

const securityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      objectSrc: ["'none'"],
    },
  },
  // The page keeps hold of a window it opened itself, to hand a trace to Perfetto; nobody else gets hold of the page.
  crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
  referrerPolicy: { policy: 'no-referrer' },
  frameguard: { action: 'deny' },
  // Plain HTTP on loopback: a promise of TLS would lock browsers out of every other server there.
  strictTransportSecurity: false,
});

function limited(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response) =>
      sendError(response, new BridgeError('E_RATE_LIMIT', `more than ${perMinute} requests a minute`)),
  });
}

export function createApp(context: ApiContext, staticDir: string | undefined, log: Log): Express {
  const { guard } = context;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(securityHeaders);
  app.use(limited(REQUESTS_PER_MINUTE));
  app.use((request, _response, next) => {
    guard.checkNames(request);
    next();
  });
  if (guard.needsTokenToRead) app.get('/', tokenToCookie(guard));
  app.use((request, _response, next) => {
    guard.checkRead(request);
    next();
  });
  app
    .route('/healthz')
    .get((request, response) => {
      readStrict(z.strictObject({}), request.query, 'E_QUERY');
      response.json({ ok: true });
    })
    .all(onlyMethod('GET'));
  const changes = limited(CHANGES_PER_MINUTE);
  app.post('/api/{*path}', changes);
  app.delete('/api/{*path}', changes);
  app.use('/api/v1', noStore, createApi(context));
  app.use('/api', notFound);
  app.use(...dashboard(staticDir, log));
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}

const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

const notFound: RequestHandler = (request) => {
  const path = request.baseUrl + request.path;
  throw new BridgeError('E_NOT_FOUND', `nothing at ${path}`, path);
};

/**
 * The address printed at the start carries the token once; it moves into a cookie that pages of other
 * origins cannot send and scripts cannot read, and out of the address bar.
 */
function tokenToCookie(guard: Guard): RequestHandler {
  return (request, response, next) => {
    const { token } = request.query;
    if (typeof token !== 'string') {
      next();
      return;
    }
    if (!guard.matches(token)) throw new BridgeError('E_TOKEN', 'the token of this address is wrong');
    response.cookie(guard.cookieName, token, { httpOnly: true, sameSite: 'strict', path: '/' });
    response.redirect(303, '/');
  };
}

const NOT_BUILT = `rtprobe: the bridge runs, but the dashboard is not built.

Build it with:   npm run build -w apps/dashboard
Then reload this page. The data are at /api/v1/status meanwhile.
`;

/** Files of the dashboard, and its page for every path a person may have bookmarked. */
function dashboard(staticDir: string | undefined, log: Log): RequestHandler[] {
  const index = staticDir === undefined ? undefined : join(staticDir, 'index.html');
  const built = (): boolean => index !== undefined && existsSync(index);
  if (!built()) log.warn({ staticDir }, 'the dashboard is not built: npm run build -w apps/dashboard');
  const files =
    staticDir === undefined ? undefined : express.static(staticDir, { dotfiles: 'ignore', index: false });
  const isPage = (request: Request): boolean =>
    request.method === 'GET' && !/\.[a-z0-9]+$/i.test(request.path);
  const page: RequestHandler = (request, response, next) => {
    if (!isPage(request)) next();
    else if (built()) response.sendFile(index!, { headers: { 'Cache-Control': 'no-cache' } });
    else response.status(503).type('text/plain').send(NOT_BUILT);
  };
  return files ? [files, page] : [page];
}
