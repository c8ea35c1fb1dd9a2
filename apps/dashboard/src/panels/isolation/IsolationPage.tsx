// Isolated CPUs: for how long each has been quiet, what interrupted it, and what is expected of it.
import type { IsolatedCpu, Isolation } from '@rtprobe/protocol';
import { clockTime, dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { useIsFrozen, useReading, useView } from '../../store/session/context.ts';
import { ISOLATION_CHECKS } from '../../store/spikes/doctor-checks.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { DoctorLink } from '../common/DoctorLink.tsx';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { useChange } from '../common/use-change.ts';
import { useRemote } from '../common/use-remote.ts';
import { SpikeSidebar } from '../spikes/SpikeSidebar.tsx';
import { CpuChoice } from './CpuChoice.tsx';
import { CpuTiles } from './CpuTiles.tsx';
import { Expectations } from './Expectations.tsx';
import { Interruptions } from './Interruptions.tsx';

const EVERY_MS = 1000;
const COMMAND_LINE = 'isolcpus=2-3 nohz_full=2-3 rcu_nocbs=2-3 irqaffinity=0-1';

export function IsolationPage() {
  const reading = useReading('table');
  const view = useView();
  const frozen = useIsFrozen();
  const { value, error } = useRemote<{ hosts: Isolation[] }>(
    reading === undefined ? undefined : '/isolation',
    { host: reading?.info.host, ...(view.cpus !== '' && { cpus: view.cpus }) },
    frozen ? {} : { everyMs: EVERY_MS },
  );
  const read = value?.hosts[0];
  const isolation = read && error !== undefined ? cutOff(read) : read;
  if (reading === undefined) return null;
  const cpus = isolation?.cpus ?? [];
  const chosen = cpus.find(({ cpu }) => cpu === view.cpu) ?? cpus[0];
  const listed = new Set(cpus.map(({ cpu }) => cpu));
  return (
    <div className="screen">
      <main className="main paged isolation">
        <ErrorLine error={error} />
        {isolation !== undefined && chosen === undefined && <HowToIsolate {...{ isolation }} />}
        {isolation !== undefined && chosen !== undefined && (
          <Isolated isolation={isolation} chosen={chosen} isFixed={reading.info.state === 'replay'} />
        )}
        {isolation !== undefined && <Expectations info={reading.info} {...{ isolation }} />}
      </main>
      <SpikeSidebar
        subject={{
          title: t('isolation.incidents'),
          match: (spike) => listed.has(spike.cpu),
          none: t('isolation.noIncident'),
        }}
      />
    </div>
  );
}

/** The bridge does not answer: what it said holds until the newest data. */
function cutOff(isolation: Isolation): Isolation {
  const at = isolation.until ?? 0;
  const unseen = { why: 'disconnected' as const, at };
  return {
    ...isolation,
    cpus: isolation.cpus.map((one) => ({ unseen, ...one })),
    expectations: isolation.expectations.map((one) => ({ unseen, ...one })),
  };
}

function Isolated({
  isolation,
  chosen,
  isFixed,
}: {
  isolation: Isolation;
  chosen: IsolatedCpu;
  isFixed: boolean;
}) {
  const change = useChange();
  const { host, since, gaps } = isolation;
  const gap = gaps.at(-1);
  return (
    <>
      <section className="card" aria-label={t('isolation.title')}>
        <header>
          <h2>{t('isolation.title')}</h2>
          {since !== undefined && (
            <span className="muted small numeral">{t('isolation.counted', { time: dateTime(since) })}</span>
          )}
          <span className="spring" />
          <CpuChoice />
          <button
            type="button"
            disabled={isFixed || change.busy}
            {...tipOnControl(t('isolation.restartHint'))}
            onClick={() => void change.make({ method: 'POST', path: '/histograms/clear', body: { host } })}
          >
            {t('isolation.restart')}
          </button>
        </header>
        <ErrorLine error={change.error} />
        <CpuTiles {...{ isolation, chosen }} />
        <DoctorLink checks={ISOLATION_CHECKS} />
        {gap !== undefined && (
          <p className="muted small page-note">
            {t('isolation.gaps', { from: clockTime(gap.from), to: clockTime(gap.to) })}
          </p>
        )}
      </section>
      <Interruptions {...{ isolation, isFixed }} of={chosen} />
    </>
  );
}

function HowToIsolate({ isolation: { until } }: { isolation: Isolation }) {
  return (
    <section className="card" aria-label={t('isolation.title')}>
      <header>
        <h2>{t('isolation.emptyTitle')}</h2>
      </header>
      <div className="how-to">
        {until === undefined ? (
          <p>{t('isolation.unknownYet')}</p>
        ) : (
          <>
            <p>{t('isolation.empty')}</p>
            <pre>{COMMAND_LINE}</pre>
            <p className="muted">{t('isolation.words')}</p>
            <p>{t('isolation.choose')}</p>
            <CpuChoice />
            <DoctorLink checks={ISOLATION_CHECKS} />
          </>
        )}
      </div>
    </section>
  );
}
