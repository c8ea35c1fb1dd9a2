// The test runs of the host on screen: programs that ran on it, and result files that were imported.
import { formatDuration, shortCount, span } from '@rtprobe/metrics';
import { COMPARED_RUNS_MAX, type TestRunInfo } from '@rtprobe/protocol';
import { useState } from 'react';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { useRemote } from '../common/use-remote.ts';
import { testRunName } from './run-name.ts';

const EVERY_MS = 10_000;

export function TestRunsCard({ host }: { host: string | undefined }) {
  const { value, error } = useRemote<{ runs: TestRunInfo[] }>('/test-runs', { host }, { everyMs: EVERY_MS });
  const runs = value?.runs ?? [];
  const [chosen, choose] = useState<readonly number[]>([]);
  return (
    <section className="card listed run-list" aria-label={t('testRuns.title')}>
      <header>
        <h2>{t('testRuns.title')}</h2>
        <span className="muted small">{t('testRuns.subtitle')}</span>
        <span className="spring" />
        {chosen.length >= 2 && (
          <Link to={{ page: 'compare', runs: chosen.map(String) }} className="button">
            {t('compare.open', { count: chosen.length })}
          </Link>
        )}
      </header>
      <div className="scroll">
        {error !== undefined && <p className="empty">{t('runs.unavailable', { reason: error.message })}</p>}
        {value !== undefined && runs.length === 0 && (
          <div className="empty muted how-to">
            <p>{t('testRuns.none')}</p>
            <pre lang="en">
              rtprobe run -- cyclictest -m -p 90 -S -D 10m -q -h 400{'\n'}rtprobe runs import FILE
            </pre>
          </div>
        )}
        {runs.length > 0 && <TestRunTable {...{ runs, chosen, choose }} />}
      </div>
    </section>
  );
}

interface Choice {
  /** Oldest first: the others are compared with it. */
  chosen: readonly number[];
  choose(chosen: readonly number[]): void;
}

function TestRunTable({ runs, ...choice }: Choice & { runs: readonly TestRunInfo[] }) {
  return (
    <table>
      <thead>
        <tr>
          <td />
          <th className="col-name">{t('runs.run')}</th>
          <th>{t('testRuns.program')}</th>
          <th>{t('runs.started')}</th>
          <th className="number">{t('runs.length')}</th>
          <th className="number">{t('pages.max')}</th>
          <th className="number">{t('testRuns.samples')}</th>
          <th>{t('testRuns.state')}</th>
          <th className="number col-wide">{t('testRuns.changes')}</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <TestRunRow key={run.id} run={run} {...choice} />
        ))}
      </tbody>
    </table>
  );
}

/** Returns "ended", "ended, exit code 1" or "ended by SIGINT". */
export function stateText({
  state,
  exitCode,
  signal,
}: Pick<TestRunInfo, 'state' | 'exitCode' | 'signal'>): string {
  if (signal !== undefined) return t('testRuns.bySignal', { signal });
  if (exitCode !== undefined && exitCode !== 0) return t('testRuns.exitCode', { code: exitCode });
  return t(`testRuns.state.${state}`);
}

function TestRunRow({ run, chosen, choose }: Choice & { run: TestRunInfo }) {
  const { id, startedAt, endedAt, tool, command, file, maxNs, count, state, changes } = run;
  const program = tool ?? command?.[0] ?? file ?? '';
  const isChosen = chosen.includes(id);
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          checked={isChosen}
          disabled={startedAt === undefined || (!isChosen && chosen.length === COMPARED_RUNS_MAX)}
          aria-label={t('compare.select', { name: testRunName(run) })}
          onChange={() =>
            choose(isChosen ? chosen.filter((one) => one !== id) : [...chosen, id].sort((a, b) => a - b))
          }
        />
      </td>
      <td className="col-name">
        <Link to={{ page: 'test-run', id }}>
          <Name>{testRunName(run)}</Name>
        </Link>
      </td>
      <td>
        <Name>{program}</Name>
      </td>
      <td>{startedAt === undefined ? '–' : dateTime(startedAt)}</td>
      <td className="number">
        {startedAt === undefined || endedAt === undefined ? '–' : span((endedAt - startedAt) / 1e6)}
      </td>
      <td className="number">{maxNs === undefined ? '–' : formatDuration(maxNs)}</td>
      <td className="number">{count === undefined ? '–' : shortCount(count)}</td>
      <td className={state === 'running' ? 'live-word' : state === 'lost' ? 'alarm' : undefined}>
        {state === 'running' && '● '}
        {state === 'lost' && '▲ '}
        {stateText(run)}
      </td>
      <td className="number col-wide">{changes}</td>
    </tr>
  );
}
