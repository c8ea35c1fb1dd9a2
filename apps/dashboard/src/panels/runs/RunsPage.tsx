// The runs that the bridge has stored: names, baseline, and a comparison of two.
import { formatDuration, shortCount, span } from '@rtprobe/metrics';
import { RUN_NAME_MAX, type RunInfo } from '@rtprobe/protocol';
import { type FormEvent, useState } from 'react';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { chosenMeasure } from '../../store/reading/defaults.ts';
import { useReading, useSession, useView } from '../../store/session/context.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { useChange } from '../common/use-change.ts';
import { useRemote } from '../common/use-remote.ts';
import { comparedRuns, RunComparison } from './RunComparison.tsx';
import { runName } from './run-name.ts';
import { TestRunsCard } from './TestRunsCard.tsx';

const EVERY_MS = 10_000;

export function RunsPage() {
  const reading = useReading('bar');
  const host = reading?.info.host;
  const { value, error } = useRemote<{ runs: RunInfo[] }>('/runs', { host }, { everyMs: EVERY_MS });
  const runs = value?.runs ?? [];
  return (
    <div className="screen alone">
      <main className="main paged">
        {error === undefined && <TestRunsCard host={host} />}
        <section className="card listed run-list" aria-label={t('runs.title')}>
          <header>
            <h2>{t('runs.title')}</h2>
            <span className="muted small">{t('runs.subtitle')}</span>
          </header>
          <div className="scroll">
            {error !== undefined && (
              <p className="empty">{t('runs.unavailable', { reason: error.message })}</p>
            )}
            {value !== undefined && runs.length === 0 && <p className="empty muted">{t('runs.none')}</p>}
            {runs.length > 0 && <RunTable runs={runs} />}
          </div>
        </section>
        {runs.length > 0 && <RunComparison runs={runs} />}
      </main>
    </div>
  );
}

function RunTable({ runs }: { runs: readonly RunInfo[] }) {
  const compared = comparedRuns(runs, useView()).map((run) => run?.id);
  return (
    <table>
      <thead>
        <tr>
          <th>A</th>
          <th>B</th>
          <th className="col-name">{t('runs.run')}</th>
          <th>{t('runs.started')}</th>
          <th className="number">{t('runs.length')}</th>
          <th className="number">{t('runs.worst')}</th>
          <th className="number">{t('runs.spikes')}</th>
          <th className="col-wide">{t('runs.kernel')}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} isA={run.id === compared[0]} isB={run.id === compared[1]} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  run: RunInfo;
  /** One of the two that are compared. */
  isA: boolean;
  isB: boolean;
}

function RunRow({ run, isA, isB }: RowProps) {
  const session = useSession();
  const reading = useReading('headline');
  const view = useView();
  const [naming, setNaming] = useState(false);
  const { make, error } = useChange();
  const change = async (body: { name?: string; baseline?: boolean }) => {
    if (await make({ method: 'POST', path: `/runs/${run.id}`, body })) setNaming(false);
  };
  const worst = run.worst.find((w) => w.measure === chosenMeasure(view, reading)) ?? run.worst[0];
  const range = { from: run.startedAt, to: run.endedAt };
  return (
    <tr>
      <td>
        <input
          type="radio"
          name="run-a"
          aria-label={`A ${runName(run)}`}
          checked={isA}
          onChange={() => session.address.change({ run: run.id })}
        />
      </td>
      <td>
        <input
          type="radio"
          name="run-b"
          aria-label={`B ${runName(run)}`}
          checked={isB}
          onChange={() => session.address.change({ against: run.id })}
        />
      </td>
      <td className="col-name">
        {naming ? (
          <NameForm run={run} save={(name) => change({ name })} cancel={() => setNaming(false)} />
        ) : (
          <>
            <Name>{runName(run)}</Name>
            {run.live && <span className="live-word"> ● {t('runs.live')}</span>}
            {run.baseline && <span className="badge">{t('runs.baseline')}</span>}
          </>
        )}
        <ErrorLine error={error} />
      </td>
      <td>{dateTime(run.startedAt)}</td>
      <td className="number">{span((run.endedAt - run.startedAt) / 1e6)}</td>
      <td className="number">{worst === undefined ? '–' : formatDuration(worst.valueNs)}</td>
      <td className="number">{shortCount(run.spikes)}</td>
      <td className="col-wide muted">
        <Name>{run.kernel}</Name>
      </td>
      <td className="row-actions">
        {!naming && (
          <button type="button" onClick={() => setNaming(true)}>
            {t('runs.rename')}
          </button>
        )}
        <button type="button" onClick={() => change({ baseline: !run.baseline })}>
          {run.baseline ? t('runs.unsetBaseline') : t('runs.setBaseline')}
        </button>
        <Link to={{ page: 'overview' }} change={{ range }}>
          {t('runs.show')}
        </Link>
      </td>
    </tr>
  );
}

interface NameFormProps {
  run: RunInfo;
  save: (name: string) => void;
  cancel: () => void;
}

function NameForm({ run, save, cancel }: NameFormProps) {
  const [name, setName] = useState(run.name ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save(name.trim());
  };
  return (
    <form className="form-line" onSubmit={submit}>
      <input
        // biome-ignore lint/a11y/noAutofocus: the person just asked for this field
        autoFocus
        aria-label={t('runs.name')}
        maxLength={RUN_NAME_MAX}
        value={name}
        onChange={(e) => setName(e.target.value)}
        onKeyDown={(e) => e.key === 'Escape' && cancel()}
      />
      <button type="submit">{t('runs.save')}</button>
      <button type="button" onClick={cancel}>
        {t('runs.cancel')}
      </button>
    </form>
  );
}
