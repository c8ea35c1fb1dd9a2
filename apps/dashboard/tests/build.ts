// Builds what the tests open: an old dist/ would test an old page.
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export default async function buildDashboard(): Promise<void> {
  await build({ root: fileURLToPath(new URL('..', import.meta.url)), logLevel: 'warn' });
}
