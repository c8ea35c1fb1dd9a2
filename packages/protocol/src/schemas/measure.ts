import { z } from 'zod';
import { MEASURES } from '../generated.ts';

export const measureSchema = z.enum(MEASURES);
