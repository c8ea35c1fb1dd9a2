// The largest value of the run: verdict, cause and time.
import { shortCount, span } from '@rtprobe/metrics';
import { clockTimeMs } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { useSession } from '../../store/session/context.ts';
import type { Worst } from '../../store/spikes/worst.ts';
import { Duration } from '../common/Quantity.tsx';
import { Sentence } from '../common/Sentence.tsx';
import { verdictText } from './verdict-text.ts';

export function WorstCase({ reading, worst, budget, fresh }: WorstProps) {
  const session = useSession();
  const over = budget > 0 && worst.ns > budget;
  const when = worst.at === undefined ? t('headline.beforePage') : clockTimeMs(worst.at);
  const ago =
    worst.at === undefined ? '' : ` · ${t('pages.ago', { age: span((reading.time - worst.at) / 1e6) })}`;
  const { spike } = worst;
  return (
    <section
      className={`card worst${over ? ' over' : ''}${over && fresh ? ' fresh' : ''}`}
      aria-label={t('headline.worstCase')}
    >
      <Duration ns={worst.ns} className="huge" />
      <div className="worst-text">
        <p className={over ? 'verdict alarm' : 'verdict'}>
          <span aria-hidden="true">{over ? '▲' : budget > 0 ? '✓' : '–'}</span> {verdictText(worst, budget)}
        </p>
        {spike === undefined ? (
          <p className="sentence muted">{worst.without !== undefined && t(worst.without)}</p>
        ) : (
          <button type="button" className="plain sentence" onClick={() => session.spikes.open(spike.id)}>
            <Sentence of={spike} />
          </button>
        )}
        <p className="muted small numeral">
          {when}
          {ago}
          {worst.cpu === undefined ? '' : ` · CPU ${worst.cpu}`} ·{' '}
          {t('headline.worstOf', { count: shortCount(worst.count) })}
        </p>
      </div>
    </section>
  );
}

interface WorstProps {
  reading: Reading;
  worst: Worst;
  budget: number;
  /** There are incidents that are not acknowledged. */
  fresh: boolean;
}
