// Mounts handlers on a router as described by the registry of routes: checks the request, then sends the answer.
import express, { type Request, type RequestHandler, type Router } from 'express';
import type { z } from 'zod';
import { BridgeError } from '../base/errors.ts';
import { onlyMethod, readStrict } from './reply.ts';
import { METHODS, type Route, type RouteName, type Routes, routes } from './routes.ts';

const BYTES = 'application/octet-stream';

type Output<R, Part extends string> = R extends Record<Part, z.ZodType> ? z.output<R[Part]> : undefined;

export interface Input<R> {
  readonly query: Output<R, 'query'>;
  readonly params: Output<R, 'params'>;
  readonly body: R extends { bytesMax: number } ? Uint8Array : Output<R, 'body'>;
}

type Answer<R extends Route> = z.input<R['response']> | (R extends { binary: true } ? Uint8Array : never);

export type Handler<R extends Route> = (input: Input<R>) => Answer<R> | Promise<Answer<R>>;

/** A handler for every route: a missing one does not compile. */
export type Handlers = { readonly [Name in RouteName]: Handler<Routes[Name]> };

export const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Returns the bytes of a body. Throws E_BODY if it was not sent as bytes. */
function readBytes({ body }: Request): Uint8Array {
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  const todo = `send bytes as ${BYTES}`;
  throw new BridgeError('E_BODY', 'the body is not a piece of a file', todo, 'content-type');
}

function inputOf(route: Route, request: Request): Input<Route> {
  const query = readStrict(route.query, request.query, 'E_QUERY');
  const params = route.params && readStrict(route.params, request.params, 'E_QUERY');
  const bytes = route.bytesMax === undefined ? undefined : readBytes(request);
  const body = bytes ?? (route.body && readStrict(route.body, request.body, 'E_FIELD'));
  return { query, params, body } as Input<Route>;
}

/** Reads the bodies of routes that take bytes. */
export function readByteBodies(router: Router): void {
  for (const [, route] of all) {
    if (route.bytesMax === undefined) continue;
    router[route.method](expressPath(route.path), express.raw({ type: BYTES, limit: route.bytesMax }));
  }
}

const all = Object.entries(routes) as [RouteName, Route][];
const hasParameters = (path: string): boolean => path.includes('{');
/** Paths such as /spikes/clear, which /spikes/{id} matches, too. */
const fixed = new Set(all.flatMap(([, { path }]) => (hasParameters(path) ? [] : [path])));

/** Passes a path on to the route that has it without parameters. */
const skipOthers =
  ({ path }: Route): RequestHandler =>
  (request, _response, next) =>
    next(hasParameters(path) && fixed.has(request.path) ? 'route' : undefined);

/** Mounts the handlers of a role. */
export function mountRoutes(router: Router, role: Route['role'], handlers: Handlers): void {
  for (const [name, route] of all) {
    if (route.role !== role) continue;
    const handle = handlers[name] as Handler<Route>;
    router[route.method](expressPath(route.path), skipOthers(route), async (request, response) => {
      const answer = await handle(inputOf(route, request));
      if (answer instanceof Uint8Array) response.type('application/octet-stream').send(Buffer.from(answer));
      else response.json(answer);
    });
  }
}

/** Refuses other methods for every path whose last route has this role. */
export function refuseOtherMethods(router: Router, role: Route['role']): void {
  for (const own of Map.groupBy(all, ([, route]) => route.path).values()) {
    const found = own.map(([, route]) => route);
    if (found.at(-1)!.role !== role) continue;
    const allowed = METHODS.filter((method) => found.some((route) => route.method === method));
    const refuse = onlyMethod(allowed.join(', ').toUpperCase());
    router.all(expressPath(found[0]!.path), skipOthers(found[0]!), refuse);
  }
}
