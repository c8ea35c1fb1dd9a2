// A change at the bridge, with its progress. Everything that was read over REST is read again after it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ChangeRequest, RemoteError } from '../../store/remote/remote.ts';
import { useSession } from '../../store/session/context.ts';

export interface Changing {
  busy: boolean;
  done: boolean;
  error: RemoteError | undefined;
  /** Forgets how the newest change ended. */
  reset(): void;
  /** Resolves to true if the bridge made the change. */
  make(request: ChangeRequest): Promise<boolean>;
  /** Resolves to the bridge's answer; undefined if it refused. */
  answer<T>(request: ChangeRequest): Promise<T | undefined>;
}

export function useChange(): Changing {
  const session = useSession();
  const queries = useQueryClient();
  const mutation = useMutation<unknown, RemoteError, ChangeRequest>({
    mutationFn: (request) => session.changes.make(request),
    onSuccess: () => void queries.invalidateQueries(),
  });
  const { mutateAsync, isPending, isSuccess, error, reset } = mutation;
  const make = (request: ChangeRequest) =>
    mutateAsync(request).then(
      () => true,
      () => false,
    );
  const answer = <T>(request: ChangeRequest) =>
    mutateAsync(request).then(
      (value) => value as T,
      () => undefined,
    );
  return { busy: isPending, done: isSuccess, error: error ?? undefined, reset, make, answer };
}
