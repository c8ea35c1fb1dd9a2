// The tasks that the pages of tasks list.
import type { TaskStat } from '@rtprobe/protocol';
import type { Reading } from '../../store/reading/reading.ts';
import { useIsFrozen } from '../../store/session/context.ts';
import { useRemote } from '../common/use-remote.ts';

/** Returns all tasks of the host, read from its kernel; until they arrive, or on a frozen screen, those of the reading. */
export function useTaskStats(reading: Reading | undefined): readonly TaskStat[] {
  const frozen = useIsFrozen();
  const { value } = useRemote<{ hosts: { tasks: TaskStat[] }[] }>(
    frozen ? undefined : '/tasks',
    { host: reading?.info.host },
    { everyMs: 5000 },
  );
  return (frozen ? undefined : value?.hosts[0]?.tasks) ?? reading?.tasks ?? [];
}
