// One incident: what happened, the evidence of its primary symptom, all its symptoms, and the CPUs.
import { formatDuration } from '@rtprobe/metrics';
import type { Incident, Spike, StoredIncident } from '@rtprobe/protocol';
import { deviceRun } from '../../charts/report/content.ts';
import { peopleOf } from '../../charts/report/processes.ts';
import { offsetText } from '../../charts/report/timeline.ts';
import { causeName } from '../../i18n/causes.ts';
import { dateTime } from '../../i18n/dates.ts';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { useReading } from '../../store/session/context.ts';
import { checksOfSpike } from '../../store/spikes/doctor-checks.ts';
import { incidentPlace, isHostNoise } from '../../store/spikes/incidents.ts';
import { sufferedBy } from '../../store/spikes/roles.ts';
import { tip } from '../../ui/tip.ts';
import { AdviceList } from '../common/AdviceList.tsx';
import { DoctorLink } from '../common/DoctorLink.tsx';
import { CpuLink, InterruptLink, TaskLink } from '../common/entity-links.tsx';
import { RunText } from '../common/FactRows.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { NotFound } from '../common/NotFound.tsx';
import { Duration } from '../common/Quantity.tsx';
import { Sentence } from '../common/Sentence.tsx';
import { useRemote } from '../common/use-remote.ts';
import { useSpikeQuery } from '../common/use-spike-query.ts';
import { ListCard } from '../table/ListCard.tsx';
import { AcknowledgementLine } from './AcknowledgementLine.tsx';
import { PartsBar } from './PartsBar.tsx';
import { ProcessCard } from './ProcessCard.tsx';
import { StackCard } from './StackCard.tsx';

/** Symptoms can join an incident some seconds after its first spike. */
const EVERY_MS = 10_000;
const LISTED_MAX = 200;

/** Returns the incident with those of its spikes that are in this page's memory. */
function heldIncident(reading: Reading, id: string): StoredIncident | undefined {
  const incident = reading.incidents.find(({ symptoms }) => symptoms.includes(id));
  if (incident === undefined) return undefined;
  const byId = new Map(reading.spikes.map((spike) => [spike.id, spike]));
  return { incident, spikes: incident.symptoms.flatMap((one) => byId.get(one) ?? []) };
}

function Head({ incident }: { incident: Incident }) {
  const { origin, time, until, symptoms } = incident;
  return (
    <section className="card spike-report-head" aria-label={t('incidents.one')}>
      <div className="spike-report-top">
        <Duration ns={incident.valueNs} className={isHostNoise(incident) ? 'large' : 'large alarm'} />
        <h1 className="sentence">
          <Sentence of={incident} />
        </h1>
      </div>
      <div className="spike-report-facts muted small">
        <span {...tip(t(`incidents.originHint.${origin}`))}>{t(`incidents.origin.${origin}`)}</span>
        {incident.device !== undefined && <RunText run={deviceRun(incident.device)} />}
        <span>{incidentPlace(incident)}</span>
        <span>{dateTime(time)}</span>
        <span>{t('incidents.symptoms', { n: symptoms.length })}</span>
        {until > time && (
          <span>{t('incidents.lasted', { span: formatDuration((until - time) * 1000) })}</span>
        )}
      </div>
      <AcknowledgementLine incident={incident} />
    </section>
  );
}

function Evidence({ primary }: { primary: Spike }) {
  return (
    <section className="card incident-evidence" aria-label={t('incidents.evidence')}>
      <header>
        <h2>{t('incidents.evidence')}</h2>
        <span className="spring" />
        <Link to={{ page: 'spike', id: primary.id }} className="button">
          {t('report.open')}
        </Link>
      </header>
      <p>
        <Sentence of={primary} />
      </p>
      {(primary.parts ?? []).length > 0 && <PartsBar spike={primary} />}
    </section>
  );
}

function SymptomRow({ spike, incident }: { spike: Spike; incident: Incident }) {
  const victim = sufferedBy(spike);
  return (
    <tr>
      <td className="number">
        <Link to={{ page: 'spike', id: spike.id }}>{formatDuration(spike.valueNs)}</Link>
      </td>
      <td>
        {measureWords(spike.measure).title}
        {spike.id === incident.primary && <span className="muted"> · {t('incidents.primary')}</span>}
      </td>
      <td>
        <CpuLink cpu={spike.cpu} />
      </td>
      <td className="number">{offsetText((spike.time - incident.time) * 1000)}</td>
      <td>{victim === undefined ? <InterruptLink of={spike} /> : <TaskLink task={victim} />}</td>
      <td className="col-name">
        <Name>{causeName(spike.culprit)}</Name>
      </td>
    </tr>
  );
}

function Symptoms({ incident, spikes }: StoredIncident) {
  const shown = spikes.slice(0, LISTED_MAX);
  const more = incident.symptoms.length - shown.length;
  return (
    <ListCard
      title={t('incidents.symptomsLabel')}
      hint={more > 0 ? t('incidents.moreSymptoms', { count: more }) : t('incidents.symptomsHint')}
      columns={[
        { title: t('detail.value'), className: 'number' },
        { title: t('detail.measure') },
        { title: t('incidents.place') },
        { title: t('incidents.offset'), className: 'number' },
        { title: t('incidents.late') },
        { title: t('task.cause'), className: 'col-name' },
      ]}
      empty={t('incidents.noSymptoms')}
    >
      {shown.map((spike) => (
        <SymptomRow key={spike.id} {...{ spike, incident }} />
      ))}
    </ListCard>
  );
}

function AffectedCpus({ incident, spikes }: StoredIncident) {
  const byCpu = Map.groupBy(spikes, ({ cpu }) => cpu);
  return (
    <ListCard
      title={t('incidents.cpus')}
      hint={incidentPlace(incident)}
      columns={[
        { title: t('incidents.place') },
        { title: t('incidents.symptomsLabel'), className: 'number' },
        { title: t('pages.worst'), className: 'number' },
      ]}
      empty={t('incidents.noSymptoms')}
    >
      {incident.cpus.map((cpu) => {
        const own = byCpu.get(cpu) ?? [];
        return (
          <tr key={cpu}>
            <td>
              <CpuLink cpu={cpu} />
            </td>
            <td className="number">{own.length}</td>
            <td className="number">
              {own.length === 0 ? '–' : formatDuration(Math.max(...own.map(({ valueNs }) => valueNs)))}
            </td>
          </tr>
        );
      })}
    </ListCard>
  );
}

export function IncidentPage({ id }: { id: string }) {
  const reading = useReading('spikes');
  const { value, error } = useRemote<StoredIncident>(`/incidents/${id}`, useSpikeQuery(), {
    everyMs: EVERY_MS,
  });
  if (reading === undefined) return null;
  const stored = value ?? heldIncident(reading, id);
  if (stored === undefined) {
    if (error === undefined) return <NotFound title={t('incidents.loading')}>{id}</NotFound>;
    return (
      <NotFound title={t('incidents.gone')}>
        <Name>{`${error.code}: ${error.message}`}</Name>{' '}
        <Link to={{ page: 'causes' }}>{t('causes.title')}</Link>
      </NotFound>
    );
  }
  const { incident, spikes } = stored;
  const primary = spikes.find((spike) => spike.id === incident.primary);
  return (
    <div className="screen spike-report">
      <main className="main paged">
        <Head incident={incident} />
        {primary !== undefined && <Evidence primary={primary} />}
        <div className="lists two symptom-lists">
          <Symptoms {...stored} />
          <AffectedCpus {...stored} />
        </div>
      </main>
      <aside className="rail people" aria-label={t('incidents.evidence')}>
        <AdviceList key={id} advice={stored.advice} isOpen />
        {primary !== undefined && <DoctorLink checks={checksOfSpike(primary)} />}
        {primary !== undefined &&
          peopleOf(primary).map((person) => <ProcessCard key={person.title} person={person} />)}
        {primary !== undefined && <StackCard spike={primary} />}
      </aside>
    </div>
  );
}
