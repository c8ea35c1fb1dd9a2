// The thin React adapter of the headless session.
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Reading } from '../reading/reading.ts';
import type { Kind, Session, SessionState } from './session.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('no session around this component');
  return session;
}

export function useSessionState<T>(select: (state: SessionState) => T): T {
  return useStore(useSession().store, select);
}

/** What is to be shown, read anew whenever panels of that kind are due. */
export function useReading(kind: Kind): Reading | undefined {
  const session = useSession();
  useStore(session.store, (s) => s.versions[kind]);
  useStore(session.store, (s) => s.frozen?.reading);
  useStore(session.store, (s) => s.view.host);
  return session.reading();
}
