// What the kiosk does to the screen: Chromium's options, and no blanking.
import { spawnSync } from 'node:child_process';

/** No question, bubble or gesture may cover or leave the page. */
const FLAGS = [
  ...['--kiosk', '--no-default-browser-check', '--noerrdialogs', '--hide-crash-restore-bubble'],
  ...['--disable-session-crashed-bubble', '--disable-features=Translate', '--disable-pinch'],
  ...['--overscroll-history-navigation=0', '--password-store=basic'],
];

/**
 * Returns Chromium's options for a page. Browsers keep a display on only for HTTPS and for this machine; the kiosk
 * grants its own page the same on plain HTTP.
 */
export function kioskFlags(url: string): string[] {
  const { protocol, origin } = new URL(url);
  return [
    ...FLAGS,
    ...(protocol === 'http:' ? [`--unsafely-treat-insecure-origin-as-secure=${origin}`] : []),
  ];
}

/** Switches the blanking of an X server off. The page itself keeps other displays on. */
export function keepDisplayOn(env: NodeJS.ProcessEnv = process.env): void {
  if (!env.DISPLAY) return;
  for (const words of [['s', 'off'], ['s', 'noblank'], ['-dpms']]) {
    const { error, status, stderr } = spawnSync('xset', words, { encoding: 'utf8', env });
    if (error) {
      console.error('rtprobe: xset is not installed: the page alone keeps the display on');
      return;
    }
    if (status !== 0) console.error(`rtprobe: xset ${words.join(' ')}: ${stderr.trim()}`);
  }
}
