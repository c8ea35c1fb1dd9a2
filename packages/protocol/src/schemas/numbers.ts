// Numbers with their units, as JSON carries them.
import { z } from 'zod';
import type { Nanoseconds, UnixMicros } from '../units.ts';

/** A whole number from 0. */
export const count = z.int().min(0);
/** Of any size and sign. */
export const decimal = z.number();
export const nanoseconds = count as unknown as z.ZodType<Nanoseconds, Nanoseconds>;
/** Since another moment, and before it if negative. */
export const relativeNanoseconds = z.int() as unknown as z.ZodType<Nanoseconds, Nanoseconds>;
export const unixMicros = count as unknown as z.ZodType<UnixMicros, UnixMicros>;
/** Nanoseconds since boot as decimal digits, because they may not fit a double. */
export const digits = z.string().regex(/^\d+$/);
