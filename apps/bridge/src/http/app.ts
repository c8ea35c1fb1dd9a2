// The HTTP server: headers, guard, limits, REST, and the dashboard's files, in that order.
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import type { Connections } from '../access/connections.ts';
import { BridgeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { type ApiContext, createApi } from './api.ts';
import { dashboardFiles } from './dashboard-files.ts';
import { type MetricsContext, metricsRoute } from './metrics-route.ts';
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
  // The page keeps access to a window that it opened, to pass a trace to Perfetto. Other pages get no access to this
  // page.
  crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
  referrerPolicy: { policy: 'no-referrer' },
  frameguard: { action: 'deny' },
  // Set below, under the right conditions.
  strictTransportSecurity: false,
});

/**
 * Set only for a bridge with TLS, and never for localhost: browsers would then refuse plain HTTP to every other local
 * server.
 */
const transportSecurity: RequestHandler = (request, response, next) => {
  if (request.hostname !== 'localhost') {
    response.setHeader('Strict-Transport-Security', `max-age=${HSTS_SECONDS}`);
  }
  next();
};

export interface AppContext extends ApiContext, SessionContext, MetricsContext {
  connections: Connections;
  /** The bridge itself uses TLS. */
  tls: boolean;
  /** Path under which a proxy publishes the bridge; empty at the root of a host name. */
  base: string;
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
  app.use(['/api', '/metrics'], noStore, findSession(context));
  app.route('/metrics').get(metricsRoute(context)).all(onlyMethod('GET'));
  app.use('/api/v1/session', createSessionRoutes(context));
  app.use('/api', checkChange(context));
  app.use('/api/v1', createApi(context));
  app.use('/api', notFound);
  app.use(dashboardFiles(staticDir, context.base, log));
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}

/**
 * Accepts requests with a session, and those about the session itself. Renews sessions in use. Whether there is a
 * session is answered at any rate: a page needs that answer to show its login form. Wrong codes are limited.
 */
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
    } else if (request.path !== '/v1/session') {
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
  throw new BridgeError(
    'E_NOT_FOUND',
    `there is no path ${path}`,
    'paths of the API begin with /api/v1',
    path,
  );
};
