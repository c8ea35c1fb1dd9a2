// Spikes of a recording are asked for by host: they have the ids of the host that was recorded.
import { useReading } from '../../store/session/context.ts';

/** Returns the query of a request for one spike or incident. */
export function useSpikeQuery(): { host?: string } {
  const info = useReading('bar')?.info;
  return info?.replay?.opened === true ? { host: info.host } : {};
}
