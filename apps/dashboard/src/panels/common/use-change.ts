// A change in progress, and its result.
import { useState } from 'react';
import { type ChangeRequest, type RemoteError, remoteError } from '../../store/remote/remote.ts';
import { useSession } from '../../store/session/context.ts';

export interface Changing {
  busy: boolean;
  done: boolean;
  error: RemoteError | undefined;
  /** Returns whether the change succeeded. */
  make(request: ChangeRequest): Promise<boolean>;
}

export function useChange(): Changing {
  const session = useSession();
  const [state, setState] = useState<Omit<Changing, 'make'>>({ busy: false, done: false, error: undefined });
  const make = async (request: ChangeRequest) => {
    setState({ busy: true, done: false, error: undefined });
    try {
      await session.changes.make(request);
      setState({ busy: false, done: true, error: undefined });
      return true;
    } catch (caught) {
      setState({ busy: false, done: false, error: remoteError(caught) });
      return false;
    }
  };
  return { ...state, make };
}
