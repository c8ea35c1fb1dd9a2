// The kernel stack of a spike, or the reason why it has none.
import type { Spike } from '@rtprobe/protocol';
import { noStackReason } from '../../charts/report/details.ts';
import { Name } from './Name.tsx';

export function StackFrames({ spike }: { spike: Spike }) {
  if (spike.stack.length === 0) {
    return <p className="muted small">{noStackReason(spike)}</p>;
  }
  return (
    <ol className="frames">
      {spike.stack.map((frame, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a stack does not change, and frames may repeat
        <li key={i}>
          <Name>{frame}</Name>
        </li>
      ))}
    </ol>
  );
}
