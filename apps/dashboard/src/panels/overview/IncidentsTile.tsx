// The number of incidents, those that are not acknowledged, and host noise beside them.
import { formatDuration, fullCount, shortCount } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import type { IncidentCounts } from '../../store/spikes/incidents.ts';
import { tip } from '../../ui/tip.ts';

export function IncidentsTile({ reading, counts }: { reading: Reading; counts: IncidentCounts }) {
  const threshold = reading.info.config?.thresholdNs ?? 0;
  const { incidents, fresh, hostNoise } = counts;
  return (
    <section
      className="card tile"
      {...tip(
        t('headline.incidentsTip', {
          count: fullCount(incidents),
          fresh: fullCount(fresh),
          noise: fullCount(hostNoise),
          threshold: formatDuration(threshold),
          spikes: fullCount(reading.stats?.spikesTotal ?? reading.spikes.length),
        }),
      )}
    >
      <h2>{t('incidents.title')}</h2>
      <p className={fresh > 0 ? 'quantity large alarm' : 'quantity large'}>{shortCount(incidents)}</p>
      <p className="muted small numeral">
        {threshold === 0 ? t('headline.noThreshold') : t('pages.new', { count: fresh })}
      </p>
      {hostNoise > 0 && (
        <p className="muted small numeral">{t('incidents.noise', { count: shortCount(hostNoise) })}</p>
      )}
    </section>
  );
}
