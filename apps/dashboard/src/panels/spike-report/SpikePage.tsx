// The report of one spike: the explanation, the parts, the timeline, the chain of causation, and the processes.
import type { Incident, Spike, StoredIncident, StoredSpike, Trace } from '@rtprobe/protocol';
import { type RefObject, useRef } from 'react';
import { spikeFacts } from '../../charts/report/facts.ts';
import { peopleOf } from '../../charts/report/processes.ts';
import type { TimelineInput } from '../../charts/timeline/paint.ts';
import { t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { useReading } from '../../store/session/context.ts';
import { AdviceList } from '../common/AdviceList.tsx';
import { RunText } from '../common/FactRows.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { NotFound } from '../common/NotFound.tsx';
import { Duration } from '../common/Quantity.tsx';
import { Sentence } from '../common/Sentence.tsx';
import { useRemote } from '../common/use-remote.ts';
import { useSpikeQuery } from '../common/use-spike-query.ts';
import { ChainPanel } from './ChainPanel.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { IncidentCard } from './IncidentCard.tsx';
import { PartsBar } from './PartsBar.tsx';
import { ProcessCard } from './ProcessCard.tsx';
import { Siblings } from './Siblings.tsx';
import { StackCard } from './StackCard.tsx';
import { TimelinePanel } from './TimelinePanel.tsx';

/** The bridge reads a trace shortly after the spike; until then the page requests it again. */
const ASK_AGAIN_MS = 3000;
/** Symptoms can join an incident some seconds after its first spike. */
const INCIDENT_EVERY_MS = 10_000;

interface HeadProps {
  stored: StoredSpike;
  reading: Reading;
  trace: Trace | undefined;
  timeline: RefObject<TimelineInput | undefined>;
  incident: Incident | undefined;
}

function Head({ stored, reading, trace, timeline, incident }: HeadProps) {
  const { spike } = stored;
  const index = reading.spikes.findIndex((s) => s.id === spike.id);
  const held = (at: number) => (index < 0 ? undefined : reading.spikes[at]?.id);
  const [before, after] = [stored.previous ?? held(index - 1), stored.following ?? held(index + 1)];
  return (
    <section className="card spike-report-head" aria-label={t('report.title')}>
      <div className="spike-report-top">
        <Duration ns={spike.valueNs} className="large alarm" />
        <h1 className="sentence">
          <Sentence of={spike} />
        </h1>
      </div>
      <PartsBar spike={spike} />
      <div className="spike-report-facts muted small">
        {spikeFacts(spike).map((fact, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the facts of a spike keep their places
          <RunText key={i} run={fact} />
        ))}
        {incident !== undefined && (
          <Link to={{ page: 'incident', id: incident.id }}>
            {t('incidents.one')} · {t('incidents.symptoms', { n: incident.symptoms.length })}
          </Link>
        )}
        <span className="spring" />
        {before !== undefined && <Link to={{ page: 'spike', id: before }}>‹ {t('detail.previous')}</Link>}
        {after !== undefined && <Link to={{ page: 'spike', id: after }}>{t('detail.next')} ›</Link>}
        <ExportMenu {...{ stored, trace, reading, timeline }} />
      </div>
    </section>
  );
}

function Registers({ spike: { registers = [], registersWithheld } }: { spike: Spike }) {
  return (
    <>
      {registersWithheld === true && <p className="muted small">{t('report.registersWithheld')}</p>}
      {registers.length > 0 && (
        <details>
          <summary>{t('report.registers')}</summary>
          <p className="registers small">{registers.join('  ')}</p>
        </details>
      )}
    </>
  );
}

function NoTrace() {
  return (
    <section className="card timeline" aria-label={t('report.what')}>
      <header>
        <h2>{t('report.noTrace')}</h2>
      </header>
      <p className="muted small">{t('report.noTraceWhy')}</p>
    </section>
  );
}

export function SpikePage({ id }: { id: string }) {
  const reading = useReading('spikes');
  const timeline = useRef<TimelineInput>(undefined);
  const query = useSpikeQuery();
  const stored = useRemote<StoredSpike>(`/spikes/${id}`, query);
  const incident = useRemote<StoredIncident>(`/incidents/${id}`, query, { everyMs: INCIDENT_EVERY_MS }).value;
  const held = reading?.spikes.find((s) => s.id === id);
  const known: StoredSpike | undefined = stored.value ?? (held && { spike: held });
  // Requested together with the spike, unless the spike has no trace.
  const path = known !== undefined && !known.spike.traced ? undefined : `/spikes/${id}/trace`;
  const traced = useRemote<Trace>(path, query, {
    everyMs: ({ value, error }) =>
      value === undefined && error?.code !== 'E_NO_TRACE' ? ASK_AGAIN_MS : undefined,
  });
  if (reading === undefined) return null;
  if (known === undefined) {
    if (stored.error === undefined) return <NotFound title={t('report.loading')}>{id}</NotFound>;
    return (
      <NotFound title={t('report.gone')}>
        <Name>{`${stored.error.code}: ${stored.error.message}`}</Name>{' '}
        <Link to={{ page: 'causes' }}>{t('causes.title')}</Link>
      </NotFound>
    );
  }
  const { spike } = known;
  const trace = traced.value;
  return (
    <div className="screen spike-report">
      <main className="main paged">
        <Head {...{ reading, trace, timeline }} stored={known} incident={incident?.incident} />
        {trace === undefined ? (
          <NoTrace />
        ) : (
          <TimelinePanel key={trace.spike} {...{ spike, trace }} drawn={timeline} />
        )}
        <div className="lists two">
          {trace !== undefined && <ChainPanel spike={spike} trace={trace} />}
          <StackCard spike={spike}>
            <Registers spike={spike} />
          </StackCard>
        </div>
      </main>
      <aside className="rail people" aria-label={t('report.waited')}>
        <AdviceList key={id} advice={known.advice ?? incident?.advice} isOpen />
        {incident !== undefined && incident.incident.symptoms.length > 1 && (
          <IncidentCard spike={spike} stored={incident} />
        )}
        {peopleOf(spike).map((person) => (
          <ProcessCard key={person.title} person={person} />
        ))}
        <Siblings spike={spike} />
      </aside>
    </div>
  );
}
