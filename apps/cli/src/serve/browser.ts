import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** As long as a login code is valid. */
const KEEP_MS = 60_000;

/** Whether there is a desktop that could show a page. */
export const hasDisplay = (): boolean => Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** A page that leads to another. The address is quoted for both languages; it holds neither quotes nor angles. */
export function leadingPage(url: string): string {
  const target = new URL(url).href.replaceAll('&', '&amp;');
  return (
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>rtprobe</title>' +
    `<meta http-equiv="refresh" content="0; url=${target}"><a href="${target}">Open rtprobe</a>\n`
  );
}

/**
 * Writes a page that leads to an address with a login code. Every user can read the arguments of the browser, so
 * those only name this file, which nobody else can read. Browsers in a sandbox see no hidden folders and no /tmp: the
 * file is in the home folder.
 */
export function writeLeadingPage(url: string, folder = homedir()): string {
  const file = join(folder, `rtprobe-open-${randomBytes(6).toString('hex')}.html`);
  writeFileSync(file, leadingPage(url), { mode: 0o600, flag: 'wx' });
  return file;
}

/**
 * Asks the desktop to show a page with a login code. The address was printed or can be, so that no browser is no
 * failure. Resolves when the browser had the time to read the page.
 */
export async function openPage(url: string): Promise<void> {
  const remove = openBrowser(url);
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  remove();
}

/** The same, while the process runs on; the returned function removes what it left. */
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
