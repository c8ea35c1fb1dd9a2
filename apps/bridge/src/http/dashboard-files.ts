// Serves the built dashboard: its assets, and its page for every path that can be bookmarked.
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import express, { type Request, type RequestHandler, Router } from 'express';
import type { Log } from '../base/log.ts';
import { pageUnder } from './base-path.ts';

const NOT_BUILT = `rtprobe: the bridge runs, but the dashboard is not built.

Build it with:   npm run build -w apps/dashboard
Then reload this page. The data are at /api/v1/status meanwhile.
`;

/** The names of assets contain a hash of their content: browsers cache them without revalidation. */
const KEPT = { dotfiles: 'ignore', index: false, immutable: true, maxAge: '365d' } as const;

/** Sends the compressed copy that the build writes next to a script or style. */
const compressed =
  (dir: string): RequestHandler =>
  (request, response, next) => {
    const copy = `${request.path}.gz`;
    if (!/^\/[\w.-]+\.(js|css)$/.test(request.path) || !existsSync(join(dir, copy))) {
      next();
      return;
    }
    response.vary('Accept-Encoding');
    if (!request.acceptsEncodings('gzip')) {
      next();
      return;
    }
    response.type(extname(request.path)).setHeader('Content-Encoding', 'gzip');
    response.sendFile(copy, { ...KEPT, root: dir });
  };

export function dashboardFiles(staticDir: string | undefined, base: string, log: Log): Router {
  const index = staticDir === undefined ? undefined : join(staticDir, 'index.html');
  const built = (): boolean => index !== undefined && existsSync(index);
  if (!built()) log.warn({ staticDir }, 'the dashboard is not built: npm run build -w apps/dashboard');
  const isPage = ({ method, path }: Request): boolean =>
    (method === 'GET' || method === 'HEAD') && !/\.[a-z0-9]+$/i.test(path);
  const page: RequestHandler = (request, response, next) => {
    if (!isPage(request)) next();
    else if (built()) {
      response.type('html').setHeader('Cache-Control', 'no-cache');
      response.send(pageUnder(readFileSync(index!, 'utf8'), base));
    } else response.status(503).type('text/plain').send(NOT_BUILT);
  };
  const router = Router();
  if (staticDir !== undefined) {
    const assets = join(staticDir, 'assets');
    router.use('/assets', compressed(assets), express.static(assets, KEPT));
    router.use(express.static(staticDir, { dotfiles: 'ignore', index: false }));
  }
  return router.use(page);
}
