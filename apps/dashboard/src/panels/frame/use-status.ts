// The state on the bar, updated with the bar.
import { type Status, statusOf } from '../../store/screen/status.ts';
import { useConnection, useIsFrozen, useSession } from '../../store/session/context.ts';

export function useStatus(): Status {
  const { host } = useSession();
  const [connection, frozen] = [useConnection(), useIsFrozen()];
  return statusOf({ connection, host, frozen }, performance.now());
}
