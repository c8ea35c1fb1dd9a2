// Result files that tools wrote; the README beside them says how.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../tests/fixtures/results');

export const fixture = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
