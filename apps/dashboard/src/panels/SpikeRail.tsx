// Spikes, newest first, latched until somebody has acknowledged them.
import { formatDuration } from '@rtprobe/metrics';
import type { Spike } from '@rtprobe/protocol';
import { memo, useEffect, useRef } from 'react';
import { clockTime, dayOf } from '../charts/time-axis.ts';
import { useReading, useSession, useSessionState } from '../store/context.ts';
import { pairSpikes } from '../store/spikes.ts';
import { Name } from './Name.tsx';
import { Duration } from './Quantity.tsx';

/** More than a rail can show at once; older ones are counted below it. */
const SHOWN_MAX = 100;

export function spikeTask(spike: Spike): string {
  if (spike.mode === 'idle') return `idle CPU ${spike.cpu}`;
  return `${spike.task.comm}/${spike.task.pid}`;
}

/** Value against threshold, and how much of it the named handler took, where one is named. */
export function ValueBar({ spike }: { spike: Spike }) {
  const whole = spike.valueNs;
  const explained = spike.measure === 'timer_latency' ? Math.min(whole, spike.cause?.durationNs ?? 0) : whole;
  const over = spike.thresholdNs > 0 ? Math.min(1, spike.thresholdNs / whole) : 0;
  const percentOf = (share: number) => `${(share * 100).toFixed(1)}%`;
  return (
    <div className="value-bar" aria-hidden="true">
      <i className="explained" style={{ width: percentOf(explained / whole) }} />
      <i className="rest" style={{ width: percentOf(1 - explained / whole) }} />
      {over > 0 && <b style={{ left: percentOf(over) }} />}
    </div>
  );
}

interface ItemProps {
  spike: Spike;
  /** The handler's own spike of the same event. */
  handler: Spike | undefined;
  seen: boolean;
  /** Which of the two is open. */
  selected: string | undefined;
  today: string;
}

const Item = memo(function Item({ spike, handler, seen, selected, today }: ItemProps) {
  const session = useSession();
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (selected !== undefined) element.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const day = dayOf(spike.time);
  return (
    <li ref={element} className={`spike${seen ? '' : ' fresh'}${selected === undefined ? '' : ' selected'}`}>
      <button type="button" className="plain spike-open" onClick={() => session.open(spike.id)}>
        <span className="spike-top">
          <Duration ns={spike.valueNs} />
          <span className="muted numeral">
            {day === today ? '' : `${day} `}
            {clockTime(spike.time)} CPU {spike.cpu}
          </span>
        </span>
        <span className="spike-who">
          <Name>{spike.culprit}</Name>
          <span className="muted"> → </span>
          <Name>{spikeTask(spike)}</Name>
        </span>
        <ValueBar spike={spike} />
        <Name className="spike-sentence muted small">{spike.sentence}</Name>
      </button>
      {handler !== undefined && (
        <button
          type="button"
          className="plain handler small muted"
          aria-pressed={selected === handler.id}
          onClick={() => session.open(handler.id)}
        >
          and the handler itself: {formatDuration(handler.valueNs)}
        </button>
      )}
      {!seen && (
        <button
          type="button"
          className="plain acknowledge"
          aria-label={`acknowledge ${formatDuration(spike.valueNs)}`}
          title="acknowledge"
          onClick={() => session.acknowledge(handler === undefined ? [spike.id] : [spike.id, handler.id])}
        >
          ✓
        </button>
      )}
    </li>
  );
});

function EmptyRail({ thresholdNs }: { thresholdNs: number }) {
  return (
    <p className="empty muted">
      {thresholdNs > 0
        ? `Nothing took longer than ${formatDuration(thresholdNs)} yet. What does is captured here with its cause, and stays until you acknowledge it.`
        : 'No threshold is set on the host, so nothing is captured.'}
    </p>
  );
}

export function SpikeRail() {
  const session = useSession();
  const reading = useReading('spikes');
  const selected = useSessionState((s) => s.view.spike);
  const { ids, kept } = useSessionState((s) => s.acknowledged);
  const behind = useSessionState((s) => s.frozen?.behind ?? 0);
  const spikes = reading?.spikes ?? [];
  const fresh = spikes.filter((s) => !ids.has(s.id));
  const entries = pairSpikes(spikes);
  const older = Math.max(0, entries.length - SHOWN_MAX) + (reading?.spikesForgotten ?? 0);
  const today = dayOf(reading?.time ?? 0);
  return (
    <aside className="rail" aria-label="spikes">
      <header>
        <h2>Spikes</h2>
        <span className="muted numeral">
          {spikes.length}
          {fresh.length > 0 && <span className="alarm"> · {fresh.length} new</span>}
        </span>
        <span className="spring" />
        {fresh.length > 0 && (
          <button type="button" onClick={() => session.acknowledge(fresh.map((s) => s.id))}>
            acknowledge all
          </button>
        )}
      </header>
      {behind > 0 && (
        <button type="button" className="behind" onClick={() => session.release()}>
          {behind} more behind the freeze: release
        </button>
      )}
      {spikes.length === 0 && reading !== undefined && (
        <EmptyRail thresholdNs={reading.info.config?.thresholdNs ?? 0} />
      )}
      <ol>
        {entries.slice(0, SHOWN_MAX).map(({ spike, handler }) => (
          <Item
            key={spike.id}
            spike={spike}
            handler={handler}
            seen={ids.has(spike.id) && (handler === undefined || ids.has(handler.id))}
            selected={selected === spike.id || selected === handler?.id ? selected : undefined}
            today={today}
          />
        ))}
      </ol>
      {older > 0 && <p className="muted small">{older} older</p>}
      {!kept && (
        <p className="muted small">
          This browser keeps no storage: acknowledgements last as long as the page.
        </p>
      )}
    </aside>
  );
}
