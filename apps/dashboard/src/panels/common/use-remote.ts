// Data that panels read over REST. Answers are cached by path and query, so two panels that read the same make one
// request, and an answer is never shown for another selection than its own.
import { keepPreviousData, QueryClient, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Query, RemoteError } from '../../store/remote/remote.ts';
import { useSession } from '../../store/session/context.ts';

/** How long an answer stays cached after the last panel that showed it has closed. */
const CACHED_MS = 60_000;

/** A browser without a network still reaches a bridge on its own machine, so queries ignore whether it is online. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { networkMode: 'always', retry: false, gcTime: CACHED_MS },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

export interface Answer<T> {
  /** The newest answer for this path and query; kept while it is read again, and if that fails. */
  value: T | undefined;
  error: RemoteError | undefined;
}

export interface RemoteOptions<T> {
  /** Reads again at this interval, except while the page is hidden. */
  everyMs?: number | ((answer: Answer<T>) => number | undefined);
  /** Query words that move while the selection stays the same: their change keeps the value until the next arrives. */
  moving?: readonly string[];
}

type Key = readonly [path: string | undefined, query: Query];

/** Whether two keys differ in moving words only. */
export function isSameSelection(a: Key, b: Key, moving: readonly string[]): boolean {
  const words = new Set([...Object.keys(a[1]), ...Object.keys(b[1])]);
  return a[0] === b[0] && [...words].every((word) => moving.includes(word) || a[1][word] === b[1][word]);
}

/** Keeps the error of a query without a value while it is read again: a message must not blink at each attempt. */
function useLastError(key: string, error: RemoteError | undefined, isFetching: boolean) {
  const last = useRef<{ key: string; error: RemoteError | undefined }>(undefined);
  useEffect(() => {
    if (!isFetching) last.current = { key, error };
  });
  if (error !== undefined || !isFetching) return error;
  return last.current?.key === key ? last.current.error : undefined;
}

/** Reads once, or at an interval. Reads nothing while `path` is undefined. */
export function useRemote<T>(
  path: string | undefined,
  query: Query = {},
  { everyMs, moving = [] }: RemoteOptions<T> = {},
): Answer<T> {
  const { remote } = useSession();
  const key: Key = [path, query];
  const { data, error, isFetching } = useQuery<T, RemoteError, T, Key>({
    queryKey: key,
    queryFn: () => remote!.read<T>(path!, query),
    enabled: remote !== undefined && path !== undefined,
    refetchInterval: ({ state: { data: value, error: failure } }) =>
      (typeof everyMs === 'function' ? everyMs({ value, error: failure ?? undefined }) : everyMs) ?? false,
    refetchOnWindowFocus: everyMs !== undefined,
    placeholderData: (value, previous) =>
      previous !== undefined && isSameSelection(previous.queryKey, key, moving)
        ? keepPreviousData(value)
        : undefined,
  });
  return { value: data, error: useLastError(JSON.stringify(key), error ?? undefined, isFetching) };
}
