import { spawn } from 'node:child_process';

/** Whether there is a desktop that could show a page. */
export const hasDisplay = (): boolean => Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** Asks the desktop to show a page; the address has been printed, so not having one is no failure. */
export function openBrowser(url: string): void {
  spawn('xdg-open', [url], { stdio: 'ignore', detached: true })
    .on('error', (error) => console.error(`rtprobe: cannot open a browser: ${error.message}`))
    .unref();
}
