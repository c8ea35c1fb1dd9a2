import { useStore } from 'zustand';
import { language } from '../i18n/language.ts';
import { type Drawing, DrawingContext } from '../panels/common/painted-canvas.ts';
import { SessionContext } from '../store/session/context.ts';
import type { Session } from '../store/session/session.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Pages } from './Pages.tsx';

export function App({ session, drawing }: { session: Session; drawing: Drawing }) {
  // A change of language renders all components again: they read the language as they render, also when memoised.
  useStore(session.address.store, (s) => s.view.lang);
  return (
    <SessionContext value={session}>
      <DrawingContext value={drawing}>
        <ErrorBoundary reloads={() => session.address.view.kiosk}>
          <Pages key={language()} />
        </ErrorBoundary>
      </DrawingContext>
    </SessionContext>
  );
}
