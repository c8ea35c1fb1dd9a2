// Every counter behind the one number of losses, zeros too: that nothing was lost is a statement as well.
import { formatBytes, fullCount } from '@rtprobe/metrics';
import type { HostStats } from '@rtprobe/protocol';
import { useSession } from '../store/context.ts';

const MODULE_WORDS: Readonly<Record<string, string>> = {
  noRow: 'values without a free histogram row',
  irqOutOfRange: 'values of irq numbers beyond the table',
  unpaired: 'exits without an entry',
  negative: 'durations that came out negative',
  timerMissed: 'timer periods passed over (a sign of latency, not counted as lost)',
  spikeNoSlot: 'spikes without a free slot on their CPU',
  spikeListFull: 'spikes sent but not kept, the list was full',
  eventNotSent: 'events that could not be sent',
};

function rowsOf(stats: HostStats): { where: string; what: string; count: number }[] {
  const { lost } = stats;
  return [
    ...Object.entries(lost.module).map(([key, count]) => ({
      where: 'module',
      what: MODULE_WORDS[key] ?? key,
      count,
    })),
    { where: 'agent', what: 'receive overruns', count: lost.agentOverruns },
    { where: 'bridge', what: 'events missing by number', count: lost.eventGaps },
    ...Object.entries(lost.protocolErrors).map(([code, count]) => ({ where: 'bridge', what: code, count })),
    {
      where: 'bridge',
      what: 'pieces of history the disk could not take in time',
      count: lost.historyDropped,
    },
    { where: 'this page', what: 'frames skipped because it lagged', count: lost.skippedFrames },
  ];
}

export function LostBreakdown({ stats }: { stats: HostStats }) {
  const session = useSession();
  return (
    <div className="popover" role="dialog" aria-label="what was lost">
      <header>
        <h2>Lost</h2>
        <button type="button" className="plain" onClick={() => session.store.setState({ lostOpen: false })}>
          close <kbd>Esc</kbd>
        </button>
      </header>
      <table>
        <tbody>
          {rowsOf(stats).map(({ where, what, count }) => (
            <tr key={`${where} ${what}`} className={count > 0 ? 'some' : ''}>
              <td className="muted">{where}</td>
              <td>{what}</td>
              <td className="number">{fullCount(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted">
        {fullCount(stats.events)} events handled · {stats.spikesHeld} of {stats.spikesCapacity} spikes held ·
        module memory {formatBytes(stats.memoryBytes)} of at most {formatBytes(stats.memoryMaxBytes)}
      </p>
    </div>
  );
}
