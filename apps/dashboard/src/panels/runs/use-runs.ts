// The stored runs of the host on screen.
import type { RunInfo } from '@rtprobe/protocol';
import { useReading } from '../../store/session/context.ts';
import { useRemote } from '../common/use-remote.ts';

const EVERY_MS = 60_000;

/** Returns an empty list if the bridge stores no history. */
export function useRuns(): readonly RunInfo[] {
  const info = useReading('bar')?.info;
  return (
    useRemote<{ runs: RunInfo[] }>(
      info?.history ? '/runs' : undefined,
      { host: info?.host },
      { everyMs: EVERY_MS },
    ).value?.runs ?? []
  );
}
