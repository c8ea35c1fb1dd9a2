// The histogram of one source, small enough for several on one latency axis.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import { Distribution } from '../../charts/distribution/Distribution.tsx';
import { latencyScale } from '../../charts/latency-scale.ts';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { decadesOf, isOver } from '../../store/reading/defaults.ts';
import { quantileOf } from '../../store/reading/quantile.ts';
import type { SeriesReading, SourceReading } from '../../store/reading/reading.ts';
import { useSession, useVersion } from '../../store/session/context.ts';
import { tipOnControl } from '../../ui/tip.ts';

interface Props {
  source: SourceReading;
  /** Shown beside the measure if there are several: the action of a shared line. */
  action: string | undefined;
  series: SeriesReading | undefined;
  budgetNs: number;
  chosen: boolean;
  choose: () => void;
}

/** Always log-log: interrupt durations are decades below the budget. */
export function SourceDistribution({ source, action, series, budgetNs, chosen, choose }: Props) {
  const session = useSession();
  const version = useVersion('distribution');
  const { info } = source;
  const words = measureWords(info.measure);
  const scale = latencyScale(budgetNs, Math.max(4, decadesOf(info.measure)));
  const total = series?.total;
  const p99 = total && quantileOf(total, 0.99);
  return (
    <section className={chosen ? 'card small-chart chosen' : 'card small-chart'} aria-label={words.title}>
      <header>
        <button
          type="button"
          className="plain"
          aria-pressed={chosen}
          onClick={choose}
          {...tipOnControl(words.explanation)}
        >
          <h2>
            {words.title}
            {action !== undefined && <span className="muted"> {action}</span>}
          </h2>
        </button>
        <span className="spring" />
        <span className="small numeral">
          {total === undefined || total.count === 0 ? (
            <span className="muted">{t('pages.noValues')}</span>
          ) : (
            <>
              {t('pages.max')}{' '}
              <b className={isOver(total.max, budgetNs) ? 'alarm' : ''}>{formatDuration(total.max)}</b>
              {p99 !== undefined && <span className="muted"> · p99 {formatDuration(p99)}</span>}
              <span className="muted"> · n {fullCount(total.count)}</span>
            </>
          )}
        </span>
      </header>
      <div className="plot">
        {total !== undefined && total.count > 0 && (
          <Distribution
            buckets={total.buckets}
            version={session.screen.current === undefined ? version : -1}
            budgetNs={budgetNs}
            top={scale.top}
            bottom={scale.bottom}
            logLog
          />
        )}
      </div>
    </section>
  );
}
