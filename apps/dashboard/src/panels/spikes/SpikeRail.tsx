// Spikes, newest first, listed until they are acknowledged.
import { formatDuration } from '@rtprobe/metrics';
import type { Spike } from '@rtprobe/protocol';
import { memo, useEffect, useRef } from 'react';
import { clockTime, dayOf } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import {
  useAcknowledged,
  useAddress,
  useNewIncidents,
  useReading,
  useSession,
} from '../../store/session/context.ts';
import { pairSpikes } from '../../store/spikes/spike-pairs.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { Name } from '../common/Name.tsx';
import { Duration } from '../common/Quantity.tsx';
import { spikeTask } from './spike-task.ts';
import { ValueBar } from './ValueBar.tsx';

/** Maximum number of spikes in the list; older ones are counted below it. */
const SHOWN_MAX = 100;

interface ItemProps {
  spike: Spike;
  /** The spike of the handler in the same event. */
  handler: Spike | undefined;
  seen: boolean;
  /** Id of the selected spike of the two. */
  selected: string | undefined;
  today: string;
}

/** Returns whether the cause already names the victim: "interrupts disabled in postgres". */
function namesVictim(cause: string, victim: string): boolean {
  const comm = victim.slice(0, victim.lastIndexOf('/'));
  return cause.endsWith(` ${victim}`) || (comm !== '' && cause.endsWith(` ${comm}`));
}

const Item = memo(function Item({ spike, handler, seen, selected, today }: ItemProps) {
  const session = useSession();
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (selected !== undefined) element.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const day = dayOf(spike.time);
  const victim = spikeTask(spike);
  return (
    <li ref={element} className={`spike${seen ? '' : ' fresh'}${selected === undefined ? '' : ' selected'}`}>
      <button type="button" className="plain spike-open" onClick={() => session.spikes.open(spike.id)}>
        <span className="spike-top">
          <Duration ns={spike.valueNs} />
          <span className="muted numeral">
            {day === today ? '' : `${day} `}
            {clockTime(spike.time)} CPU {spike.cpu}
          </span>
        </span>
        <span className="spike-who">
          <Name>{spike.culprit}</Name>
          {!namesVictim(spike.culprit, victim) && (
            <>
              <span className="muted"> → </span>
              <Name>{victim}</Name>
            </>
          )}
        </span>
        <ValueBar spike={spike} />
        <Name className="spike-sentence muted small" lang="en">
          {spike.sentence}
        </Name>
      </button>
      {handler !== undefined && (
        <button
          type="button"
          className="plain handler small muted"
          aria-pressed={selected === handler.id}
          onClick={() => session.spikes.open(handler.id)}
        >
          {t('spikes.handler', { value: formatDuration(handler.valueNs) })}
        </button>
      )}
      {!seen && (
        <button
          type="button"
          className="plain acknowledge"
          aria-label={t('spikes.acknowledgeOne', { value: formatDuration(spike.valueNs) })}
          {...tipOnControl(t('spikes.acknowledge'))}
          onClick={() =>
            session.acknowledgement.add(handler === undefined ? [spike.id] : [spike.id, handler.id])
          }
        >
          ✓
        </button>
      )}
    </li>
  );
});

function EmptyRail({ thresholdNs, offline }: { thresholdNs: number; offline: boolean }) {
  // An offline host has no data, so the list states nothing.
  if (offline) return <p className="empty muted">{t('spikes.offline')}</p>;
  return (
    <p className="empty muted">
      {thresholdNs > 0
        ? t('spikes.noneYet', { threshold: formatDuration(thresholdNs) })
        : t('spikes.noThreshold')}
    </p>
  );
}

export interface RailProps {
  title?: string;
  /** Default: all spikes of the host. */
  match?: (spike: Spike) => boolean;
}

export function SpikeRail({ title = t('spikes.title'), match }: RailProps) {
  const session = useSession();
  const reading = useReading('spikes');
  const selected = useAddress((s) => s.view.spike);
  const { ids, kept } = useAcknowledged();
  const behind = useNewIncidents();
  const all = reading?.spikes ?? [];
  const spikes = match === undefined ? all : all.filter(match);
  const fresh = spikes.filter((s) => !ids.has(s.id));
  const entries = pairSpikes(spikes);
  const older =
    Math.max(0, entries.length - SHOWN_MAX) + (match === undefined ? (reading?.spikesForgotten ?? 0) : 0);
  const today = dayOf(reading?.time ?? 0);
  return (
    <aside className="rail" aria-label={t('spikes.label')}>
      <header>
        <h2>{title}</h2>
        <span className="muted numeral">
          {spikes.length}
          {fresh.length > 0 && <span className="alarm"> · {t('spikes.new', { count: fresh.length })}</span>}
        </span>
        <span className="spring" />
        {fresh.length > 0 && (
          <button type="button" onClick={() => session.acknowledgement.add(fresh.map((s) => s.id))}>
            {t('spikes.acknowledgeAll')}
          </button>
        )}
      </header>
      {behind > 0 && (
        <button type="button" className="behind" onClick={() => session.screen.resume()}>
          {t('spikes.behind', { count: behind })}
        </button>
      )}
      {spikes.length === 0 && all.length > 0 && <p className="empty muted">{t('spikes.noneHere')}</p>}
      {all.length === 0 && reading !== undefined && (
        <EmptyRail
          thresholdNs={reading.info.config?.thresholdNs ?? 0}
          offline={reading.info.state === 'offline'}
        />
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
      {older > 0 && <p className="muted small">{t('spikes.older', { count: older })}</p>}
      {!kept && <p className="muted small">{t('spikes.notKept')}</p>}
    </aside>
  );
}
