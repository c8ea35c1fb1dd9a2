// What if a cause were gone, for the host on screen: of the selected time range, else of its current load of the module.
import { span } from '@rtprobe/metrics';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { useReading, useView } from '../../store/session/context.ts';
import { Link } from '../common/Link.tsx';
import { useRuns } from './use-runs.ts';
import { WhatIfCard } from './WhatIfCard.tsx';

export function WhatIfPage() {
  const host = useReading('bar')?.info.host;
  const { range: selected } = useView();
  const runs = useRuns();
  const run = runs.find(({ live }) => live) ?? runs[0];
  const range = selected ?? (run && { from: run.startedAt, to: run.endedAt + 1 });
  return (
    <div className="screen alone">
      <main className="main paged test-run">
        <div className="page-head">
          <h1>{t('whatIf.title')}</h1>
          {range !== undefined && (
            <span>
              {dateTime(range.from)} · {span((range.to - range.from) / 1e6)}
            </span>
          )}
          <nav className="neighbours" aria-label={t('testRuns.links')}>
            <Link to={{ page: 'causes' }}>{t('causes.title')}</Link>
          </nav>
        </div>
        {host === undefined || range === undefined ? (
          <p className="empty muted">{t('runs.none')}</p>
        ) : (
          <WhatIfCard host={host} from={range.from} to={range.to} />
        )}
      </main>
    </div>
  );
}
