import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** As long as a login code is valid. */
const KEEP_MS = 60_000;

/** Returns true if a desktop can show a page. */
export const hasDisplay = (): boolean => Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/**
 * Returns a page that redirects to another. The address is escaped for both languages; it contains neither quotes nor
 * angle brackets.
 */
export function leadingPage(url: string): string {
  const target = new URL(url).href.replaceAll('&', '&amp;');
  return (
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>rtprobe</title>' +
    `<meta http-equiv="refresh" content="0; url=${target}"><a href="${target}">Open rtprobe</a>\n`
  );
}

/**
 * Writes a page that redirects to an address with a login code. Every user can read the arguments of the browser, so
 * they name only this file, which no other user can read. Sandboxed browsers cannot read hidden folders or /tmp, so the
 * file is in the home folder.
 */
export function writeLeadingPage(url: string, folder = homedir()): string {
  const file = join(folder, `rtprobe-open-${randomBytes(6).toString('hex')}.html`);
  writeFileSync(file, leadingPage(url), { mode: 0o600, flag: 'wx' });
  return file;
}

/**
 * Opens a page with a login code in the desktop's browser. A missing browser is not an error, because the address is
 * also printed. Resolves when the browser had time to read the page.
 */
export async function openPage(url: string): Promise<void> {
  const remove = openBrowser(url);
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  remove();
}

/** Does the same without waiting; the returned function removes the file. */
export function openBrowser(url: string): () => void {
  let file: string;
  try {
    file = writeLeadingPage(url);
  } catch (error) {
    console.error(`rtprobe: cannot open a browser: ${(error as Error).message}`);
    return () => {};
  }
  const remove = () => rmSync(file, { force: true });
  process.once('exit', remove);
  setTimeout(remove, KEEP_MS).unref();
  spawn('xdg-open', [pathToFileURL(file).href], { stdio: 'ignore', detached: true })
    .on('error', (error) => console.error(`rtprobe: cannot open a browser: ${error.message}`))
    .unref();
  return remove;
}
