// All hosts of the bridge: state, worst value, dropped values; a click shows a host.
import { formatDuration, rate, shortCount, span } from '@rtprobe/metrics';
import { type HostInfo, type HostStats, lossesOf, type RunInfo } from '@rtprobe/protocol';
import { Fragment } from 'react';
import { dateTime } from '../../i18n/dates.ts';
import { descriptorOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { useReading, useSession } from '../../store/session/context.ts';
import type { Host } from '../../store/stream/host.ts';
import { agentLoadText } from '../common/agent-load.ts';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { useRemote } from '../common/use-remote.ts';
import { hostNotes } from './host-notes.ts';
import { RecordingsCard } from './RecordingsCard.tsx';

const EVERY_MS = 5000;

type Status = HostInfo & { stats?: HostStats };

/** Returns the largest captured spike on this page, or the largest latency of the stored run. */
function worstOf(host: Host, run: RunInfo | undefined): number {
  const held = host.spikes.all.reduce((worst, spike) => Math.max(worst, spike.valueNs), 0);
  const stored = run?.worst.filter((w) => descriptorOf(w.measure).semantics === 'latency') ?? [];
  return Math.max(held, ...stored.map((w) => w.valueNs));
}

interface RowProps {
  info: HostInfo;
  stats: HostStats | undefined;
  worst: number;
  now: number;
  kernelColumn: string;
}

const COLUMNS = 10;

function HostNotes({ info }: { info: HostInfo }) {
  const notes = hostNotes(info);
  if (notes.length === 0) return null;
  return (
    <tr>
      <td className="host-notes small" colSpan={COLUMNS}>
        {notes.map(({ text, alarm }) => (
          <p key={text} className={alarm ? 'alarm' : 'muted'}>
            {text}
          </p>
        ))}
      </td>
    </tr>
  );
}

function HostRow({ info, stats, worst, now, kernelColumn }: RowProps) {
  const lost = stats === undefined ? undefined : lossesOf(stats.lost).dropped;
  const threshold = info.config?.thresholdNs ?? 0;
  return (
    <tr>
      <td>
        <Link to={{ page: 'overview' }} change={{ host: info.host, range: undefined }}>
          <Name>{info.host}</Name>
        </Link>
        {info.state !== 'replay' && (
          <Link
            to={{ page: 'doctor' }}
            change={{ host: info.host, range: undefined }}
            className="doctor-link small"
            title={t('doctor.linkHint')}
          >
            {t('doctor.link')}
          </Link>
        )}
      </td>
      <td className={info.state === 'live' || info.state === 'replay' ? '' : 'alarm'}>
        {info.state === 'live' ? '●' : info.state === 'replay' ? '▶' : '✕'} {t(`hosts.${info.state}`)}
        <span className="muted small state-detail"> {stateDetail(info, now)}</span>
      </td>
      <td className={kernelColumn}>
        {info.reason !== undefined ? <Name className="muted">{info.reason}</Name> : null}
        {info.reason === undefined && info.kernel !== undefined && <Name>{info.kernel.release}</Name>}
      </td>
      <td className="col-spare">
        {info.kernel === undefined ? '–' : info.kernel.preemptRt ? 'PREEMPT_RT' : t('bar.notRealTime')}
      </td>
      <td className={worst > threshold && threshold > 0 ? 'number alarm' : 'number'}>
        {worst === 0 ? '–' : formatDuration(worst)}
      </td>
      <td className="number col-spare">{threshold === 0 ? '–' : formatDuration(threshold)}</td>
      <td className="number">{stats === undefined ? '–' : shortCount(stats.spikesTotal)}</td>
      <td className="number col-spare">{stats === undefined ? '–' : rate(stats.eventsPerSecond)}</td>
      <td className="number col-spare">{stats?.agent === undefined ? '–' : agentLoadText(stats.agent)}</td>
      <td className={lost !== undefined && lost > 0 ? 'number alarm' : 'number'}>
        {lost === undefined ? '–' : shortCount(lost)}
      </td>
    </tr>
  );
}

/** Since when the state lasts; of a recording, what it is of. */
function stateDetail({ replay, since }: HostInfo, now: number): string {
  if (replay === undefined) return t('hosts.for', { span: span((now - since) / 1e6) });
  return t('hosts.recordingOf', { host: replay.recordedHost, time: dateTime(replay.startedAt) });
}

export function HostsPage() {
  const session = useSession();
  useReading('bar');
  // The stream covers only the host on screen; the others are requested.
  const status = useRemote<{ hosts: Status[] }>('/status', {}, { everyMs: EVERY_MS });
  const runs = useRemote<{ runs: RunInfo[] }>(
    session.host?.info.history ? '/runs' : undefined,
    {},
    { everyMs: 60_000 },
  );
  const told = new Map(status.value?.hosts.map((h) => [h.host, h]));
  const hosts = [...session.hosts.all()];
  // A phone shows the column only if it says what is wrong.
  const kernelColumn = hosts.some(({ info }) => info.reason !== undefined)
    ? 'col-name'
    : 'col-name col-spare';
  return (
    <div className="screen alone">
      <main className="main whole hosts">
        <section className="card listed" aria-label={t('hosts.title')}>
          <header>
            <h2>{t('hosts.title')}</h2>
            <span className="muted small">{t('hosts.subtitle')}</span>
          </header>
          <div className="scroll">
            <table>
              <thead>
                <tr>
                  <th>{t('hosts.host')}</th>
                  <th>{t('hosts.state')}</th>
                  <th className={kernelColumn}>{t('hosts.kernel')}</th>
                  <td className="col-spare" />
                  <th className="number">{t('pages.worstSpike')}</th>
                  <th className="number col-spare">{t('hosts.threshold')}</th>
                  <th className="number">{t('pages.spikes')}</th>
                  <th className="number col-spare">{t('hosts.events')}</th>
                  <th className="number col-spare" title={t('bar.agentTitle')}>
                    {t('hosts.agent')}
                  </th>
                  <th className="number">{t('hosts.lost')}</th>
                </tr>
              </thead>
              <tbody>
                {hosts.map((host) => (
                  <Fragment key={host.name}>
                    <HostRow
                      info={host.info}
                      stats={host.stats ?? told.get(host.name)?.stats}
                      worst={worstOf(
                        host,
                        runs.value?.runs.find((r) => r.live && r.host === host.name),
                      )}
                      now={Date.now() * 1000}
                      kernelColumn={kernelColumn}
                    />
                    <HostNotes info={host.info} />
                  </Fragment>
                ))}
              </tbody>
            </table>
          </div>
        </section>
        <RecordingsCard />
      </main>
    </div>
  );
}
