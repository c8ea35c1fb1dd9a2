// Incidents, newest first; those that are not acknowledged are marked as new. A row expands to the spikes of its incident.
import { formatDuration } from '@rtprobe/metrics';
import type { Acknowledgement, Spike } from '@rtprobe/protocol';
import { deviceText, taskLabel } from '@rtprobe/trace';
import { memo, useEffect, useRef, useState } from 'react';
import { causeName } from '../../i18n/causes.ts';
import { clockTime, dayOf } from '../../i18n/dates.ts';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import {
  useAcknowledged,
  useAddress,
  useNewIncidents,
  useReading,
  useSession,
} from '../../store/session/context.ts';
import {
  acknowledgementOf,
  countIncidents,
  type IncidentEntry,
  incidentEntries,
  incidentPlace,
  isAcknowledged,
  isHostNoise,
} from '../../store/spikes/incidents.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { Duration } from '../common/Quantity.tsx';
import { Sentence } from '../common/Sentence.tsx';
import { spikeTask } from './spike-task.ts';
import { ValueBar } from './ValueBar.tsx';

/** Maximum number of incidents in the list; older ones are counted below it. */
const SHOWN_MAX = 100;
/** Maximum number of spikes of an expanded incident; the others are counted. */
const SYMPTOMS_MAX = 20;

interface ItemProps extends IncidentEntry {
  acknowledgement: Acknowledgement | undefined;
  /** Id of the selected spike, if it is one of the incident's. */
  selected: string | undefined;
  today: string;
}

/** Returns whether the cause already names the victim: "interrupts disabled in postgres". */
function namesVictim(cause: string, victim: string): boolean {
  const comm = victim.slice(0, victim.lastIndexOf('/'));
  return cause.endsWith(` ${victim}`) || (comm !== '' && cause.endsWith(` ${comm}`));
}

function Symptoms({ incident, spikes, selected }: Pick<ItemProps, 'incident' | 'spikes' | 'selected'>) {
  const session = useSession();
  const shown = spikes.slice(0, SYMPTOMS_MAX);
  const more = incident.symptoms.length - shown.length;
  return (
    <ol className="symptoms small" aria-label={t('incidents.symptomsLabel')}>
      {shown.map((spike) => (
        <li key={spike.id}>
          <button
            type="button"
            className="plain"
            aria-pressed={selected === spike.id}
            onClick={() => session.spikes.open(spike.id)}
          >
            <span className="numeral">{formatDuration(spike.valueNs)}</span>{' '}
            {measureWords(spike.measure).title}
            <span className="muted">
              {' '}
              CPU {spike.cpu} · <Name>{spikeVictim(spike)}</Name>
            </span>
          </button>
        </li>
      ))}
      {more > 0 && <li className="muted">{t('incidents.moreSymptoms', { count: more })}</li>}
    </ol>
  );
}

/** Names the task that waited, else the interrupted one; hostile text. */
const spikeVictim = (spike: Spike): string =>
  spike.victim === undefined ? spikeTask(spike) : taskLabel(spike.victim.pid, spike.victim);

const Item = memo(function Item({ incident, spikes, acknowledgement, selected, today }: ItemProps) {
  const session = useSession();
  const element = useRef<HTMLLIElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (selected !== undefined) element.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const { culprit, device, time, valueNs, symptoms, primary } = incident;
  const day = dayOf(time);
  const main = spikes[0]?.id === primary ? spikes[0] : undefined;
  const victim = main && spikeTask(main);
  const noise = isHostNoise(incident);
  const isExpanded = isOpen || (selected !== undefined && selected !== primary);
  const fresh = acknowledgement === undefined && !noise;
  return (
    <li
      ref={element}
      className={`spike${fresh ? ' fresh' : ''}${noise ? ' noise' : ''}${selected === undefined ? '' : ' selected'}`}
    >
      <button type="button" className="plain spike-open" onClick={() => session.spikes.open(primary)}>
        <span className="spike-top">
          <Duration ns={valueNs} />
          <span className="muted numeral">
            {day === today ? '' : `${day} `}
            {clockTime(time)} {incidentPlace(incident)}
          </span>
        </span>
        <span className="spike-who">
          <Name>{causeName(culprit)}</Name>
          {victim !== undefined && !namesVictim(culprit, victim) && (
            <>
              <span className="muted"> → </span>
              <Name>{victim}</Name>
            </>
          )}
        </span>
        {device !== undefined && <Name className="spike-device muted small">{deviceText(device)}</Name>}
        {main !== undefined && <ValueBar spike={main} />}
        <Sentence className="spike-sentence muted small" of={incident} />
      </button>
      {symptoms.length > 1 && (
        <button
          type="button"
          className="plain handler small muted"
          aria-expanded={isExpanded}
          onClick={() => setOpen(!isExpanded)}
        >
          <span aria-hidden="true">{isExpanded ? '▾' : '▸'} </span>
          {t('incidents.symptoms', { n: symptoms.length })}
        </button>
      )}
      {isExpanded && symptoms.length > 1 && (
        <>
          <Symptoms {...{ incident, spikes, selected }} />
          <p className="open-incident small">
            <Link to={{ page: 'incident', id: incident.id }}>{t('incidents.open')}</Link>
          </p>
        </>
      )}
      {acknowledgement !== undefined && (acknowledgement.by || acknowledgement.comment) !== '' && (
        <p className="acknowledged muted small">
          ✓ <Name>{[acknowledgement.by, acknowledgement.comment].filter(Boolean).join(': ')}</Name>
        </p>
      )}
      {fresh && (
        <button
          type="button"
          className="plain acknowledge"
          aria-label={t('spikes.acknowledgeOne', { value: formatDuration(valueNs) })}
          {...tipOnControl(t('spikes.acknowledge'))}
          onClick={() => void session.acknowledgements.add([incident.id])}
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
  /** Limits the list to an interrupt, task or CPU; default: all incidents of the host. */
  subject?: {
    title: string;
    /** Incidents with a matching spike are listed. */
    match: (spike: Spike) => boolean;
    /** What the list says if no incident has a matching spike. */
    none: string;
  };
}

export function SpikeRail({ subject }: RailProps) {
  const session = useSession();
  const reading = useReading('spikes');
  const selected = useAddress((s) => s.view.spike);
  const { ids, byId } = useAcknowledged();
  const behind = useNewIncidents();
  const all = reading?.incidents ?? [];
  const entries = incidentEntries(all, reading?.spikes ?? [], subject?.match);
  const counts = countIncidents(
    entries.map(({ incident }) => incident),
    ids,
  );
  const older = Math.max(0, entries.length - SHOWN_MAX);
  const today = dayOf(reading?.time ?? 0);
  const acknowledgeAll = () =>
    session.acknowledgements.add(
      entries.flatMap(({ incident }) => (isAcknowledged(incident, ids) ? [] : [incident.id])),
    );
  return (
    <aside className="rail" aria-label={t('incidents.label')}>
      <header>
        <h2>{subject?.title ?? t('incidents.title')}</h2>
        <span className="muted numeral">
          {counts.incidents}
          {counts.fresh > 0 && <span className="alarm"> · {t('pages.new', { count: counts.fresh })}</span>}
          {counts.hostNoise > 0 && ` · ${t('incidents.noise', { count: counts.hostNoise })}`}
        </span>
        <span className="spring" />
        {counts.fresh > 0 && (
          <button type="button" onClick={() => void acknowledgeAll()}>
            {t('spikes.acknowledgeAll')}
          </button>
        )}
      </header>
      {behind > 0 && (
        <button type="button" className="behind" onClick={() => session.screen.resume()}>
          {t('spikes.behind', { count: behind })}
        </button>
      )}
      {entries.length === 0 && all.length > 0 && <p className="empty muted">{subject?.none}</p>}
      {all.length === 0 && reading !== undefined && (
        <EmptyRail
          thresholdNs={reading.info.config?.thresholdNs ?? 0}
          offline={reading.info.state === 'offline'}
        />
      )}
      <ol>
        {entries.slice(0, SHOWN_MAX).map(({ incident, spikes }) => (
          <Item
            key={incident.id}
            {...{ incident, spikes, today }}
            acknowledgement={acknowledgementOf(incident, byId)}
            selected={selected !== undefined && incident.symptoms.includes(selected) ? selected : undefined}
          />
        ))}
      </ol>
      {older > 0 && <p className="muted small">{t('spikes.older', { count: older })}</p>}
    </aside>
  );
}
