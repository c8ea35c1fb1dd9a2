// Roles, and how a browser asks for a session.
import { z } from 'zod';
import { ROLES } from '../session.ts';

export const roleSchema = z.enum(ROLES);

/** Body of `POST /api/v1/session`. Without a code, the request carries a token. */
export const sessionRequestSchema = z.strictObject({ code: z.string().min(1).max(128).optional() });
