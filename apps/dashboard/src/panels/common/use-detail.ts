// Requests the detail of some rows for as long as a page is open.
import { useEffect } from 'react';
import type { DetailReading } from '../../store/reading/reading.ts';
import { useReading, useSession } from '../../store/session/context.ts';
import { type DetailScope, scopeKey } from '../../store/stream/detail-scope.ts';

/** Returns undefined until the rows have arrived. */
export function useDetail(scope: DetailScope): DetailReading | undefined {
  const session = useSession();
  useReading('table');
  const { host } = session;
  const key = scopeKey(scope);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the scope
  useEffect(() => session.setDetailScope(scope), [session, host, key]);
  useEffect(() => () => session.setDetailScope(undefined), [session]);
  return host?.detailScope !== undefined && scopeKey(host.detailScope) === key
    ? session.screen.detail()
    : undefined;
}
