// Loads the player when the host on screen is a recording.
import { useReading } from '../../store/session/context.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

const ReplayBar = lazyPart(async () => (await import('./ReplayBar.tsx')).ReplayBar);

export function Replay() {
  const info = useReading('bar')?.info;
  return info?.replay === undefined ? null : <ReplayBar key={info.host} />;
}
