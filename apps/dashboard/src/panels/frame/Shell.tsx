// The frame of every page: bar, notice and help; or the reason why there is nothing to show.
import { type MouseEvent, type ReactNode, useEffect } from 'react';
import { t } from '../../i18n/translate.ts';
import { mainPageOf } from '../../store/address/route.ts';
import { useAddress, useReading } from '../../store/session/context.ts';
import { Tips } from '../../ui/Tips.tsx';
import { Replay } from '../replay/Replay.tsx';
import { Bar } from './Bar.tsx';
import { Help } from './Help.tsx';
import { pageTitle } from './Navigation.tsx';
import { NoteDialog } from './NoteDialog.tsx';
import { Notice } from './Notice.tsx';
import { OperatorDialog } from './OperatorDialog.tsx';
import { Palette } from './Palette.tsx';
import { Unreachable } from './Unreachable.tsx';
import { useStatus } from './use-status.ts';

/** Returns false if the page has not appeared yet. */
function focusMain(): boolean {
  const main = document.querySelector('main');
  if (main === null) return false;
  main.tabIndex = -1;
  main.focus();
  return true;
}

/** The first element that the keyboard reaches: a link past the bar to the content. */
function SkipLink() {
  const skip = ({ currentTarget: link }: MouseEvent) => {
    if (focusMain()) return;
    // The page is still loading. The focus follows when the page appears, unless it has left this link.
    const observer = new MutationObserver(() => {
      if (document.activeElement !== link || focusMain()) observer.disconnect();
    });
    observer.observe(document.body, { childList: true, subtree: true });
  };
  return (
    <button type="button" className="skip" onClick={skip}>
      {t('shell.skip')}
    </button>
  );
}

/** Sets the title, by which users of tabs and screen readers distinguish pages. */
function useTitle(): void {
  const page = useAddress((s) => mainPageOf(s.view.route));
  useEffect(() => {
    document.title = page === 'overview' ? 'rtprobe' : `${pageTitle(page)} · rtprobe`;
  }, [page]);
}

export function Shell({ children }: { children: ReactNode }) {
  const reading = useReading('bar');
  useTitle();
  const { old } = useStatus();
  return (
    <div className={old && reading !== undefined && reading.time > 0 ? 'page old' : 'page'}>
      <SkipLink />
      <Bar />
      <Notice />
      <Replay />
      {reading === undefined ? <Unreachable /> : children}
      <Help />
      <Palette />
      <NoteDialog />
      <OperatorDialog />
      <Tips />
    </div>
  );
}
