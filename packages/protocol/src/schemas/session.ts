// Roles, and how a browser asks for a session.
import { z } from 'zod';
import { ROLES } from '../session.ts';
import { unixMicros } from './numbers.ts';

export const roleSchema = z.enum(ROLES);

/** Body of `POST /api/v1/session`. Without a code, the request carries a token. */
export const sessionRequestSchema = z.strictObject({ code: z.string().min(1).max(128).optional() });

/** Answer of requests that begin a session, and of `GET /api/v1/session`. */
export const sessionInfoSchema = z.object({ role: roleSchema, expiresAt: unixMicros.optional() });
