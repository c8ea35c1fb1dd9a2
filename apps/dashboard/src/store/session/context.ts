// The React adapter of the headless session: one hook per part.
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { View } from '../address/view.ts';
import type { Acknowledged } from '../notes/acknowledgements.ts';
import type { Reading } from '../reading/reading.ts';
import type { Frozen } from '../screen/frozen-screen.ts';
import type { ConnectionState } from '../stream/connection.ts';
import type { PanelKind } from './panel-versions.ts';
import type { Session } from './session.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('no session around this component');
  return session;
}

/** Returns the hook of a part that has a store. */
function partHook<S>(storeOf: (session: Session) => StoreApi<S>) {
  return <T>(select: (state: S) => T): T => useStore(storeOf(useSession()), select);
}

export const useAddress = partHook((session) => session.address.store);
export const useNotes = partHook((session) => session.notes.store);
export const useNotices = partHook((session) => session.notices.store);
export const useOverlays = partHook((session) => session.overlays.store);
export const usePlayer = partHook((session) => session.player.store);
export const usePreferences = partHook((session) => session.preferences.store);
const useConnectionStore = partHook((session) => session.connection.store);
const useFrozenStore = partHook((session) => session.screen.store);

export function useView(): View {
  return useAddress((s) => s.view);
}

export function useConnection(): ConnectionState {
  return useConnectionStore((s) => s.connection);
}

/** Measures that the bridge offers. */
export function useOfferedMeasures() {
  return useConnectionStore((s) => s.measures);
}

export function useHostNames(): readonly string[] {
  return useStore(useSession().hosts.store, (s) => s.names);
}

/** undefined: live. */
export function useFrozen(): Frozen | undefined {
  return useFrozenStore((s) => s.frozen);
}

export function useIsFrozen(): boolean {
  return useFrozenStore((s) => s.frozen !== undefined);
}

/** Incidents that arrived since the screen was frozen. */
export function useNewIncidents(): number {
  return useFrozenStore((s) => s.frozen?.newIncidents ?? 0);
}

export function useAcknowledged(): Acknowledged {
  return useStore(useSession().acknowledgements.store);
}

export const useLogin = () => useStore(useSession().login.store);

export function useOperatorAsk() {
  return useStore(useSession().operatorPrompt.store, (s) => s.ask);
}

export function useVersion(kind: PanelKind): number {
  return useStore(useSession().versions.store, (versions) => versions[kind]);
}

/** Returns the reading, updated when panels of that kind are due. */
export function useReading(kind: PanelKind): Reading | undefined {
  useVersion(kind);
  useFrozenStore((s) => s.frozen?.reading);
  useAddress((s) => s.view.host);
  return useSession().reading();
}
