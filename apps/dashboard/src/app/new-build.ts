// A bridge that was restarted may serve another build of this page than the one that runs here. The page's files carry
// their contents in their names, so a comparison of names tells.
import type { Session } from '../store/session/session.ts';

/** Last build that this tab reloaded for: if that did not bring it, something between holds old files back. */
const TRIED = 'rtprobe.reloadedFor';

/** Names of the scripts and styles of a page. */
export function buildOf(html: string): string {
  return [...html.matchAll(/\/assets\/[\w.-]+\.(?:js|css)/g)]
    .map(([name]) => name)
    .sort()
    .join(' ');
}

async function servedBuild(window: Window): Promise<string> {
  const answer = await window.fetch('/', { cache: 'no-store' });
  return answer.ok ? buildOf(await answer.text()) : '';
}

/** Call when a connection opened. Kiosks reload by themselves, once a build; others are offered it. */
export async function lookForNewBuild(
  window: Window,
  { address, notices }: Pick<Session, 'address' | 'notices'>,
): Promise<void> {
  const running = buildOf(window.document.head.innerHTML);
  let served = '';
  try {
    served = await servedBuild(window);
  } catch {
    // The bridge went away again: there will be another connection.
  }
  // In development nothing is built, and there are no such names.
  if (served === '' || running === '' || served === running) return;
  notices.set({ newBuild: true });
  if (!address.view.kiosk || window.sessionStorage.getItem(TRIED) === served) return;
  window.sessionStorage.setItem(TRIED, served);
  window.location.reload();
}
