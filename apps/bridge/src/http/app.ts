// HTTP: headers, guard, limits, REST, and the dashboard's files, in that order.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express, type Request, type RequestHandler } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import type { Connections } from '../access/connections.ts';
import { BridgeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { type ApiContext, createApi } from './api.ts';
import { errorHandler, onlyMethod, readStrict } from './reply.ts';
import { createSessionRoutes, type SessionContext, setCookie } from './session-routes.ts';

/** Half a year. */
const HSTS_SECONDS = 15_552_000;

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
  // Set below, where it does no harm.
  strictTransportSecurity: false,
});

/** Only of a bridge with TLS, and never for localhost: browsers would refuse plain HTTP to every other server there. */
const transportSecurity: RequestHandler = (request, response, next) => {
  if (request.hostname !== 'localhost') {
    response.setHeader('Strict-Transport-Security', `max-age=${HSTS_SECONDS}`);
  }
  next();
};

export interface AppContext extends ApiContext, SessionContext {
  connections: Connections;
  /** The bridge itself speaks TLS. */
  tls: boolean;
}

export function createApp(context: AppContext, staticDir: string | undefined, log: Log): Express {
  const { guard } = context;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', 'simple');
  app.use(securityHeaders);
  if (context.tls) app.use(transportSecurity);
  app.use((request, _response, next) => {
    guard.checkNames(request);
    next();
  });
  app
    .route('/healthz')
    .get((request, response) => {
      readStrict(z.strictObject({}), request.query, 'E_QUERY');
      response.json({ ok: true });
    })
    .all(onlyMethod('GET'));
  app.use('/api', noStore, findSession(context));
  app.use('/api/v1/session', createSessionRoutes(context));
  app.use('/api', checkChange(context));
  app.use('/api/v1', createApi(context));
  app.use('/api', notFound);
  app.use(...dashboard(staticDir, log));
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}

/** Lets only those in who have a session, and those who come for one. Sessions in use are renewed. */
function findSession({ guard, access, connections }: AppContext): RequestHandler {
  return (request, response, next) => {
    guard.checkSite(request);
    const session = guard.session(request);
    if (session) {
      connections.trust(request.socket);
      access.limits.take(session, 'request');
      const renewed = access.renew(session);
      if (renewed) setCookie(guard, request, response, renewed);
      response.locals.session = session;
    } else if (request.method !== 'POST' || request.path !== '/v1/session') {
      access.limits.takeStranger();
      guard.requireSession(request);
    }
    next();
  };
}

function checkChange({ guard, access }: AppContext): RequestHandler {
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const session = response.locals.session ?? guard.requireSession(request);
      guard.checkChange(request, session);
      access.limits.take(session, 'change');
    }
    next();
  };
}

const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

const notFound: RequestHandler = (request) => {
  const path = request.baseUrl + request.path;
  throw new BridgeError('E_NOT_FOUND', `nothing at ${path}`, path);
};

const NOT_BUILT = `rtprobe: the bridge runs, but the dashboard is not built.

Build it with:   npm run build -w apps/dashboard
Then reload this page. Meanwhile, the API works: /api/v1/status
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
