// The number of spikes, and of those that are not acknowledged.
import { formatDuration, fullCount, shortCount } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { tip } from '../../ui/tip.ts';

export function SpikesTile({ reading, fresh }: { reading: Reading; fresh: number }) {
  const threshold = reading.info.config?.thresholdNs ?? 0;
  const total = reading.stats?.spikesTotal ?? reading.spikes.length;
  return (
    <section
      className="card tile"
      {...tip(
        t('headline.spikesTip', {
          count: fullCount(total),
          held: fullCount(reading.spikes.length),
          fresh: fullCount(fresh),
        }),
      )}
    >
      <h2>
        {threshold === 0
          ? t('headline.spikes')
          : t('headline.spikesOver', { threshold: formatDuration(threshold) })}
      </h2>
      <p className={fresh > 0 ? 'quantity large alarm' : 'quantity large'}>{shortCount(total)}</p>
      <p className="muted small numeral">
        {threshold === 0 ? t('headline.noThreshold') : t('headline.new', { count: fresh })}
      </p>
    </section>
  );
}
