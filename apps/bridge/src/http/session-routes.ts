// /api/v1/session: login and logout. Below it are requests that only programs on the unix socket may make.
import type { Role, SessionInfo } from '@rtprobe/protocol';
import { roleSchema, sessionInfoSchema, sessionRequestSchema } from '@rtprobe/protocol/schemas';
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Access } from '../access/access.ts';
import { CODE_MS } from '../access/codes.ts';
import type { Guard } from '../access/guard.ts';
import {
  type Issued,
  type Session,
  TOKEN_DEFAULT_MS,
  TOKEN_MAX_MS,
  TOKEN_MIN_MS,
} from '../access/sessions.ts';
import { BridgeError } from '../base/errors.ts';
import { onlyMethod, readStrict } from './reply.ts';

const BODY_MAX = 1024;
const nothing = z.strictObject({});
export const codeBody = z.strictObject({ role: roleSchema.default('operator') });
export const tokenBody = codeBody.extend({
  lifetimeMs: z.number().int().min(TOKEN_MIN_MS).max(TOKEN_MAX_MS).default(TOKEN_DEFAULT_MS),
});

// Answers.
export const endedSchema = z.object({ ended: z.literal(true) });
export const issuedCodeSchema = z.object({
  ...{ role: roleSchema, url: z.url(), code: z.string(), expiresInMs: z.number() },
});
export const issuedTokenSchema = sessionInfoSchema.extend({ token: z.string() });

export interface SessionContext {
  guard: Guard;
  access: Access;
  /** Returns the address of the page with a one-use code. */
  openUrl(role: Role): { url: string; code: string };
}

export const infoOf = ({ role, kind, expiresAt }: Session): SessionInfo => ({
  role,
  ...(kind !== 'local' && { expiresAt: expiresAt * 1000 }),
});

/** Sends the browser its session as a cookie that scripts and other sites cannot read. */
export function setCookie(guard: Guard, request: Request, response: Response, issued: Issued): void {
  response.cookie(guard.cookieName(request), issued.text, {
    ...guard.cookieAttributes(request),
    expires: new Date(issued.session.expiresAt),
  });
}

export function createSessionRoutes(context: SessionContext): Router {
  const router = express.Router({ caseSensitive: true });
  addExchange(router, context);
  addLocal(router, context);
  return router;
}

function addExchange(router: Router, context: SessionContext): void {
  const { guard, access } = context;
  const json = express.json({ limit: BODY_MAX, strict: true, type: () => true });
  router
    .route('/')
    .get((request, response) => {
      readStrict(nothing, request.query, 'E_QUERY');
      response.json(infoOf(sessionOf(guard, response)));
    })
    .post(
      (request, _response, next) => {
        guard.checkForgery(request, undefined);
        next();
      },
      json,
      (request, response) => {
        readStrict(nothing, request.query, 'E_QUERY');
        const { code } = readStrict(sessionRequestSchema, request.body, 'E_FIELD');
        const issued = code === undefined ? derived(context, response) : access.exchange(code);
        setCookie(guard, request, response, issued);
        response.json(infoOf(issued.session));
      },
    )
    .delete((request, response) => {
      readStrict(nothing, request.query, 'E_QUERY');
      const session = sessionOf(guard, response);
      guard.checkForgery(request, session);
      access.end(session);
      response.clearCookie(guard.cookieName(request), { ...guard.cookieAttributes(request) });
      response.json({ ended: true });
    })
    .all(onlyMethod('GET, POST, DELETE'));
}

/** Returns the session of the request; throws E_SESSION without one. */
function sessionOf(guard: Guard, response: Response): Session {
  const session = response.locals.session as Session | undefined;
  if (session) return session;
  throw guard.noSession();
}

function derived({ guard, access }: SessionContext, response: Response): Issued {
  const session = sessionOf(guard, response);
  if (session.kind === 'token') return access.derive(session);
  throw new BridgeError(
    'E_FIELD',
    'code: missing',
    'send {"code": "…"}, or a token in the header Authorization',
    'code',
  );
}

function addLocal(router: Router, { guard, access, openUrl }: SessionContext): void {
  router.use((_request, response, next) => {
    if (sessionOf(guard, response).kind !== 'local') {
      throw new BridgeError(
        'E_LOCAL',
        'only programs on the unix socket of this bridge can request that',
        'run the command on the machine of the bridge',
      );
    }
    next();
  });
  router.use(express.json({ limit: BODY_MAX, strict: true, type: () => true }));
  router
    .route('/codes')
    .post((request, response) => {
      const { role } = readStrict(codeBody, request.body, 'E_FIELD');
      response.json({ role, ...openUrl(role), expiresInMs: CODE_MS });
    })
    .all(onlyMethod('POST'));
  router
    .route('/tokens')
    .post((request, response) => {
      const { role, lifetimeMs } = readStrict(tokenBody, request.body, 'E_FIELD');
      const { text, session } = access.createToken(role, lifetimeMs);
      response.json({ token: text, ...infoOf(session) });
    })
    .all(onlyMethod('POST'));
  router
    .route('/all')
    .delete((_request, response) => {
      access.endAll();
      response.json({ ended: true });
    })
    .all(onlyMethod('DELETE'));
}
