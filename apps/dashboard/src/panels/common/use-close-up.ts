// A page that looks closely at some rows says so while it is open.
import { useEffect } from 'react';
import type { CloseUp } from '../../store/reading/reading.ts';
import { useReading, useSession } from '../../store/session/context.ts';
import { type Focus, focusKey } from '../../store/stream/focus.ts';

/** undefined until the numbers are there. */
export function useCloseUp(focus: Focus): CloseUp | undefined {
  const session = useSession();
  useReading('table');
  const { host } = session;
  const key = focusKey(focus);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the focus
  useEffect(() => session.focus(focus), [session, host, key]);
  useEffect(() => () => session.focus(undefined), [session]);
  return host?.focus !== undefined && focusKey(host.focus) === key ? session.closeUp() : undefined;
}
