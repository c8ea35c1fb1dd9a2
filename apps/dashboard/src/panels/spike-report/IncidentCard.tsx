// The incident of a spike, with all its symptoms as links.
import { formatDuration } from '@rtprobe/metrics';
import type { Spike, StoredIncident } from '@rtprobe/protocol';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { Link } from '../common/Link.tsx';
import { Sentence } from '../common/Sentence.tsx';

const SHOWN_MAX = 20;

interface Props {
  spike: Spike;
  stored: StoredIncident;
}

export function IncidentCard({ spike, stored: { incident, spikes } }: Props) {
  const shown = spikes.slice(0, SHOWN_MAX);
  const more = incident.symptoms.length - shown.length;
  return (
    <section className="card siblings incident-card" aria-label={t('incidents.one')}>
      <header>
        <h2>{t('incidents.one')}</h2>
        <span className="muted small">{t('incidents.symptoms', { n: incident.symptoms.length })}</span>
      </header>
      <p className="incident-sentence">
        <Sentence of={incident} />
      </p>
      <ol>
        {shown.map((one) => (
          <li key={one.id}>
            <Link to={{ page: 'spike', id: one.id }} current={one.id === spike.id}>
              <b className="numeral">{formatDuration(one.valueNs)}</b> {measureWords(one.measure).title}
            </Link>{' '}
            <span className="muted numeral">
              {t('pages.cpu', { cpu: one.cpu })}
              {one.id === incident.primary ? ` · ${t('incidents.primary')}` : ''}
              {one.id === spike.id ? ` · ${t('report.this')}` : ''}
            </span>
          </li>
        ))}
      </ol>
      {more > 0 && <p className="muted small">{t('incidents.moreSymptoms', { count: more })}</p>}
    </section>
  );
}
