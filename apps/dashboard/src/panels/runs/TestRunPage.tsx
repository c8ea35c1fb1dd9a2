// One test run: the figures of the program beside those of rtprobe, its late samples with their spikes, and the settings
// of the host.
import { fullCount, span } from '@rtprobe/metrics';
import type { ResultNote, TestRun } from '@rtprobe/protocol';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { NotFound } from '../common/NotFound.tsx';
import { Scroll } from '../common/Scroll.tsx';
import { useRemote } from '../common/use-remote.ts';
import { OwnFigures, ToolFigures } from './Figures.tsx';
import { testRunName } from './run-name.ts';
import { Samples } from './Samples.tsx';
import { Settings } from './Settings.tsx';
import { stateText } from './TestRunsCard.tsx';
import { WhatIfCard } from './WhatIfCard.tsx';

const EVERY_MS = 5000;

export function TestRunPage({ id }: { id: number }) {
  const { value: run, error } = useRemote<TestRun>(
    `/test-runs/${id}`,
    {},
    { everyMs: ({ value }) => (value?.state === 'running' ? EVERY_MS : undefined) },
  );
  if (run === undefined) {
    if (error === undefined) return <p className="loading muted">{t('testRuns.loading')}</p>;
    return (
      <NotFound title={t('testRuns.unknown', { id })}>
        {error.message} <Link to={{ page: 'runs' }}>{t('testRuns.all')}</Link>
      </NotFound>
    );
  }
  const { startedAt, endedAt, output, outputLeftOut, result, resultError } = run;
  return (
    <div className="screen alone">
      <main className="main paged test-run">
        <Head run={run} />
        {resultError !== undefined && (
          <p className="alarm page-note" role="note">
            ▲ {t('testRuns.unread', { code: resultError.code })} <Name lang="en">{resultError.message}</Name>
          </p>
        )}
        {result?.notes.map((note: ResultNote) => (
          <p key={note} className="page-note" role="note">
            ▲ {t(`testRuns.note.${note}`)}
          </p>
        ))}
        <div className="lists two">
          <ToolFigures run={run} />
          {startedAt !== undefined && endedAt !== undefined && (
            <OwnFigures host={run.host} from={startedAt} to={endedAt + 1} />
          )}
        </div>
        {result?.rows.some(({ samples }) => samples) && <Samples id={id} rows={result.rows} />}
        {startedAt !== undefined && endedAt !== undefined && (
          <WhatIfCard host={run.host} from={startedAt} to={endedAt + 1} />
        )}
        <div className="lists two">
          <Settings run={run} />
          <section className="card listed">
            <header>
              <h2>{t('testRuns.output')}</h2>
              {outputLeftOut > 0 && (
                <span className="muted small">
                  {t('testRuns.outputCut', { count: fullCount(outputLeftOut), n: outputLeftOut })}
                </span>
              )}
            </header>
            <Scroll label={t('testRuns.output')}>
              {output === '' ? (
                <p className="empty muted">{t('testRuns.noOutput')}</p>
              ) : (
                <Output text={output} />
              )}
            </Scroll>
          </section>
        </div>
      </main>
    </div>
  );
}

/** Hostile text, line by line. */
function Output({ text }: { text: string }) {
  return (
    <pre className="output" lang="en" dir="ltr">
      {text.replaceAll(/[^\P{C}\n\t]/gu, '\u{fffd}')}
    </pre>
  );
}

function Head({ run }: { run: TestRun }) {
  const { startedAt, endedAt, state, command, file, result } = run;
  const words = command?.join(' ') ?? result?.command ?? file ?? '';
  return (
    <div className="page-head">
      <h1>
        <Name>{testRunName(run)}</Name>
      </h1>
      <span className={state === 'lost' ? 'alarm' : 'muted'}>{stateText(run)}</span>
      {startedAt === undefined ? (
        <span className="muted">{t('testRuns.noTime')}</span>
      ) : (
        <span>
          {dateTime(startedAt)}
          {endedAt !== undefined && ` · ${span((endedAt - startedAt) / 1e6)}`}
        </span>
      )}
      <span className="muted command-line">
        <Name lang="en">{words}</Name>
      </span>
      <nav className="neighbours" aria-label={t('testRuns.links')}>
        {startedAt !== undefined && endedAt !== undefined && (
          <Link to={{ page: 'overview' }} change={{ range: { from: startedAt, to: endedAt + 1 } }}>
            {t('runs.show')}
          </Link>
        )}
        <Link to={{ page: 'doctor' }} change={{ host: run.host }} title={t('doctor.linkHint')}>
          {t('doctor.link')}
        </Link>
        <Link to={{ page: 'runs' }}>{t('testRuns.all')}</Link>
      </nav>
    </div>
  );
}
