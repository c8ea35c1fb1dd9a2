// Detects that a restarted bridge serves another build of this page. File names contain a hash of their content, so the
// names are compared.
import type { Session } from '../store/session/session.ts';

/**
 * Last build for which this tab reloaded. If the reload did not load it, a cache between browser and bridge serves old
 * files.
 */
const TRIED = 'rtprobe.reloadedFor';

/** Returns the names of the scripts and styles of a page. */
export function buildOf(html: string): string {
  return [...html.matchAll(/\/assets\/[\w.-]+\.(?:js|css)/g)]
    .map(([name]) => name)
    .sort()
    .join(' ');
}

async function servedBuild(window: Window, base: string): Promise<string> {
  const answer = await window.fetch(`${base}/`, { cache: 'no-store' });
  return answer.ok ? buildOf(await answer.text()) : '';
}

/**
 * Compares the builds; call it after a connection opened. A kiosk reloads automatically, once per build; other pages
 * offer a reload.
 */
export async function lookForNewBuild(
  window: Window,
  base: string,
  { address, notices }: Pick<Session, 'address' | 'notices'>,
): Promise<void> {
  const running = buildOf(window.document.head.innerHTML);
  let served = '';
  try {
    served = await servedBuild(window, base);
  } catch {
    // The connection closed again; the next one repeats the check.
  }
  // A development server has no built files and no such names.
  if (served === '' || running === '' || served === running) return;
  notices.set({ newBuild: true });
  if (!address.view.kiosk || window.sessionStorage.getItem(TRIED) === served) return;
  window.sessionStorage.setItem(TRIED, served);
  window.location.reload();
}
