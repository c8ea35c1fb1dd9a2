// Spikes with the same cause, the worst first.
import { formatDuration } from '@rtprobe/metrics';
import { causeKey, type Spike } from '@rtprobe/protocol';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { useReading } from '../../store/session/context.ts';
import { Link } from '../common/Link.tsx';

const SHOWN_MAX = 12;

export function Siblings({ spike }: { spike: Spike }) {
  const reading = useReading('spikes');
  const key = causeKey(spike);
  const own = (reading?.spikes ?? []).filter((s) => causeKey(s) === key);
  if (own.length < 2) return null;
  const worst = [...own].sort((a, b) => b.valueNs - a.valueNs);
  return (
    <section className="card siblings" aria-label={t('report.siblings')}>
      <header>
        <h2>{t('report.siblings')}</h2>
        <span className="muted small">{t('report.siblingsCount', { n: own.length })}</span>
      </header>
      <ol>
        {worst.slice(0, SHOWN_MAX).map((s) => (
          <li key={s.id}>
            <Link to={{ page: 'spike', id: s.id }} current={s.id === spike.id}>
              <b className="numeral">{formatDuration(s.valueNs)}</b>
            </Link>{' '}
            <span className="muted numeral">
              {dateTime(s.time)} {t('pages.cpu', { cpu: s.cpu })}
              {s.id === spike.id ? ` · ${t('report.this')}` : ''}
            </span>
          </li>
        ))}
      </ol>
      {worst.length > SHOWN_MAX && (
        <p className="muted small">{t('report.moreFiles', { n: worst.length - SHOWN_MAX })}</p>
      )}
    </section>
  );
}
