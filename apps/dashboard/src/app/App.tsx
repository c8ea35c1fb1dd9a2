import { useStore } from 'zustand';
import { language } from '../i18n/language.ts';
import { type Drawing, DrawingContext } from '../panels/common/painted-canvas.ts';
import { LoginPage } from '../panels/frame/LoginPage.tsx';
import { SessionContext } from '../store/session/context.ts';
import type { Session } from '../store/session/session.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Pages } from './Pages.tsx';

export function App({ session, drawing }: { session: Session; drawing: Drawing }) {
  // Another language renders everything anew: words are read as components render, also in what is memoised.
  useStore(session.address.store, (s) => s.view.lang);
  const login = useStore(session.login.store);
  return (
    <SessionContext value={session}>
      <DrawingContext value={drawing}>
        <ErrorBoundary reloads={() => session.address.view.kiosk}>
          {login.state === 'out' ? <LoginPage key={language()} {...login} /> : <Pages key={language()} />}
        </ErrorBoundary>
      </DrawingContext>
    </SessionContext>
  );
}
