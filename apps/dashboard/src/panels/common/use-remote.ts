// Reads a resource over REST for a panel: its value or its error, refreshed periodically.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Query, type RemoteError, remoteError } from '../../store/remote/remote.ts';
import { useSession } from '../../store/session/context.ts';

export interface Answer<T> {
  /** The newest value, kept while the next request runs. */
  value: T | undefined;
  error: RemoteError | undefined;
  /** Requests the value at once. */
  again(): void;
}

/** Requests a path once, or every `everyMs` while the page is visible. Does nothing if `path` is undefined. */
export function useRemote<T>(path: string | undefined, query: Query = {}, everyMs?: number): Answer<T> {
  const session = useSession();
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<RemoteError>();
  const [round, setRound] = useState(0);
  const key = JSON.stringify([path, query]);
  const latest = useRef(key);
  useEffect(() => {
    latest.current = key;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for path and query, the round for another try
  useEffect(() => {
    const { remote } = session;
    if (remote === undefined || path === undefined) return;
    const ask = async () => {
      if (document.hidden) return;
      try {
        const answer = await remote.read<T>(path, query);
        if (latest.current !== key) return;
        setValue(answer);
        setError(undefined);
      } catch (caught) {
        if (latest.current === key) setError(remoteError(caught));
      }
    };
    void ask();
    if (everyMs === undefined) return;
    const timer = setInterval(() => void ask(), everyMs);
    return () => clearInterval(timer);
  }, [session, key, everyMs, round]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return { value, error, again };
}
