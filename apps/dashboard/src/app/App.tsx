import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { language } from '../i18n/language.ts';
import { type Drawing, DrawingContext } from '../panels/common/painted-canvas.ts';
import { LoginPage } from '../panels/frame/LoginPage.tsx';
import { SessionContext } from '../store/session/context.ts';
import type { Session } from '../store/session/session.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Pages } from './Pages.tsx';

interface Props {
  session: Session;
  drawing: Drawing;
  queries: QueryClient;
}

export function App({ session, drawing, queries }: Props) {
  const login = useStore(session.login.store);
  return (
    <SessionContext value={session}>
      <DrawingContext value={drawing}>
        <QueryClientProvider client={queries}>
          <ErrorBoundary reloads={() => session.address.view.kiosk}>
            {/* Texts are read as components render, also in memoised ones: another language mounts all anew. */}
            {login.state === 'out' ? <LoginPage key={language()} {...login} /> : <Pages key={language()} />}
          </ErrorBoundary>
        </QueryClientProvider>
      </DrawingContext>
    </SessionContext>
  );
}
