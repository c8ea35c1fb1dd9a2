// Sends errors as HTTP answers.
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { BridgeError, type BridgeErrorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

export function sendError(response: Response, error: BridgeError): void {
  const { code, message, word, command } = error;
  if (code === 'E_RATE_LIMIT') response.setHeader('Retry-After', '5');
  const more = { ...(word !== undefined && { word }), ...(command !== undefined && { command }) };
  response.status(error.status).json({ error: { code, message, ...more } });
}

/** The last handler: sends every thrown error as a code, and never as a stack trace. */
export function errorHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof BridgeError) {
      sendError(response, error);
      return;
    }
    if (error instanceof URIError) {
      sendError(
        response,
        new BridgeError('E_PATH', 'the path is not well-formed', 'write each % in it as %25'),
      );
      return;
    }
    const status = (error as { status?: unknown }).status;
    if (typeof status === 'number' && status >= 400 && status < 500) {
      // Raised by the body parser: too large, not JSON, wrong charset.
      sendError(response, new BridgeError('E_BODY', (error as Error).message, 'send a JSON object'));
      return;
    }
    log.error({ path: request.path, error: String(error) }, 'a request failed');
    sendError(
      response,
      new BridgeError('E_INTERNAL', 'internal error of the bridge', 'report the error in its log'),
    );
  };
}

/** Where the reader finds what a request may contain. */
export const ACCEPTED = 'docs/reference/protocol.md lists what is accepted';

/** Validates a whole query or body. Throws with the invalid word. */
export function readStrict<T>(schema: z.ZodType<T>, input: unknown, code: BridgeErrorCode): T {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const word =
    issue.code === 'unrecognized_keys'
      ? String(issue.keys[0]).slice(0, 64)
      : issue.path.map(String).join('.');
  const why = issue.code === 'unrecognized_keys' ? 'unknown word' : issue.message;
  throw new BridgeError(code, word ? `${word}: ${why}` : why, ACCEPTED, word || undefined);
}

export const onlyMethod =
  (method: string): RequestHandler =>
  (request, response) => {
    response.setHeader('Allow', method);
    sendError(
      response,
      new BridgeError(
        'E_METHOD',
        `${request.path} does not support ${request.method}`,
        `use ${method}`,
        request.method,
      ),
    );
  };
