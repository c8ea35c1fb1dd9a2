// The doctor of a host: its settings that make latencies longer, by state, with evidence and remedies.
import { DOCTOR_STATES, type Doctor } from '@rtprobe/protocol';
import { useState } from 'react';
import { clockTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { useReading } from '../../store/session/context.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { useRemote } from '../common/use-remote.ts';
import { FindingRow } from './FindingRow.tsx';
import { MeasuresCard } from './MeasuresCard.tsx';

/** Longest name of a task in the kernel is 15; the bridge accepts more. */
const TASK_MAX = 64;

export function DoctorPage() {
  const reading = useReading('table');
  const [task, setTask] = useState('');
  // Another key mounts the content again, which reads again.
  const [attempt, setAttempt] = useState(0);
  if (reading === undefined) return null;
  return (
    <div className="screen alone">
      <main className="main paged doctor">
        <Content
          key={attempt}
          host={reading.info.host}
          task={task}
          onTask={setTask}
          onAgain={() => setAttempt(attempt + 1)}
        />
      </main>
    </div>
  );
}

interface ContentProps {
  host: string;
  task: string;
  onTask: (task: string) => void;
  onAgain: () => void;
}

function Content({ host, task, onTask, onAgain }: ContentProps) {
  const { value: doctor, error } = useRemote<Doctor>('/doctor', { host, ...(task !== '' && { task }) });
  return (
    <>
      <section className="card doctor-card" aria-label={t('doctor.of', { host })}>
        <header>
          <h1>{t('doctor.of', { host })}</h1>
          <span className="muted small">{t('doctor.subtitle')}</span>
          <span className="spring" />
          {doctor?.at !== undefined && (
            <span className="muted small numeral">
              {t('doctor.collected', { time: clockTime(doctor.at) })}
            </span>
          )}
          <button type="button" onClick={onAgain}>
            {t('doctor.again')}
          </button>
        </header>
        <ErrorLine error={error} />
        {doctor === undefined && error === undefined && <p className="muted">{t('doctor.loading')}</p>}
        {doctor !== undefined && <Counts doctor={doctor} />}
        {doctor !== undefined && <Application doctor={doctor} task={task} onTask={onTask} />}
        {doctor?.asUser === true && (
          <p className="muted small" role="note">
            {t('doctor.asUser')}
          </p>
        )}
        {doctor !== undefined && doctor.leftOut > 0 && (
          <p className="alarm small">{t('doctor.leftOut', { count: doctor.leftOut, n: doctor.leftOut })}</p>
        )}
      </section>
      {doctor !== undefined && <Groups doctor={doctor} />}
      {doctor !== undefined && <MeasuresCard measures={doctor.measures} />}
    </>
  );
}

function Counts({ doctor: { findings } }: { doctor: Doctor }) {
  return (
    <ul className="doctor-counts">
      {DOCTOR_STATES.map((state) => {
        const count = findings.filter((finding) => finding.state === state).length;
        return (
          <li key={state} className={count > 0 ? state : 'muted'}>
            <strong className="numeral">{count}</strong> {t(`doctor.${state}`)}
          </li>
        );
      })}
    </ul>
  );
}

function Application({ doctor, task, onTask }: { doctor: Doctor } & Pick<ContentProps, 'task' | 'onTask'>) {
  const [text, setText] = useState(task);
  const { task: found } = doctor;
  const rank = found === undefined || found.priority === 0 ? '' : ` ${found.priority}`;
  return (
    <form
      className="doctor-task"
      onSubmit={(event) => {
        event.preventDefault();
        onTask(text.trim());
      }}
    >
      <span>
        {found === undefined
          ? t('doctor.withNone')
          : t('doctor.with', { task: found.name, policy: `${found.policy}${rank}` })}
      </span>
      <span className="spring" />
      <label>
        {t('doctor.task')}{' '}
        <input
          type="text"
          value={text}
          maxLength={TASK_MAX}
          {...tipOnControl(t('doctor.taskHint'))}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <button type="submit">{t('doctor.compare')}</button>
    </form>
  );
}

function Groups({ doctor: { findings } }: { doctor: Doctor }) {
  const hasProblem = findings.some(({ state }) => state === 'problem');
  return (
    <>
      {!hasProblem && <p className="page-note">{t('doctor.noProblem')}</p>}
      {DOCTOR_STATES.map((state) => {
        const found = findings.filter((finding) => finding.state === state);
        if (found.length === 0) return null;
        return (
          <section key={state} className="card doctor-card" aria-label={t(`doctor.${state}`)}>
            <header>
              <h2>
                {t(`doctor.${state}`)} <span className="muted numeral">{found.length}</span>
              </h2>
              <span className="muted small">{t(`doctor.${state}Hint`)}</span>
            </header>
            <ul className={state === 'problem' || state === 'risk' ? 'doctor-list' : 'doctor-list short'}>
              {found.map((finding) => (
                <FindingRow key={finding.id} finding={finding} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}
