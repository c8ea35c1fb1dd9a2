// All hosts of the bridge: state, worst value, losses; a click shows one.
import { formatDuration, rate, shortCount, span } from '@rtprobe/metrics';
import { lostTotal } from '@rtprobe/protocol';
import { t } from '../i18n/translate.ts';
import { Link } from '../panels/Link.tsx';
import { Name } from '../panels/Name.tsx';
import { useReading, useSession } from '../store/context.ts';
import type { Host } from '../store/host.ts';

function worstOf(host: Host): number {
  return host.spikes.all.reduce((worst, spike) => Math.max(worst, spike.valueNs), 0);
}

function HostRow({ host, now }: { host: Host; now: number }) {
  const { info, stats } = host;
  const worst = worstOf(host);
  const lost = stats === undefined ? undefined : lostTotal(stats.lost);
  const threshold = info.config?.thresholdNs ?? 0;
  return (
    <tr>
      <td>
        <Link to={{ page: 'overview' }} change={{ host: host.name, range: undefined }}>
          <Name>{host.name}</Name>
        </Link>
      </td>
      <td className={info.state === 'live' || info.state === 'replay' ? '' : 'alarm'}>
        {info.state === 'live' || info.state === 'replay' ? '●' : '✕'} {t(`hosts.${info.state}`)}
        <span className="muted small"> {t('hosts.for', { span: span((now - info.since) / 1e6) })}</span>
      </td>
      <td className="col-name">
        {info.reason !== undefined ? <Name className="muted">{info.reason}</Name> : null}
        {info.reason === undefined && info.kernel !== undefined && <Name>{info.kernel.release}</Name>}
      </td>
      <td>{info.kernel === undefined ? '–' : info.kernel.preemptRt ? 'PREEMPT_RT' : t('bar.notRealTime')}</td>
      <td className={worst > threshold && threshold > 0 ? 'number alarm' : 'number'}>
        {worst === 0 ? '–' : formatDuration(worst)}
      </td>
      <td className="number">{threshold === 0 ? '–' : formatDuration(threshold)}</td>
      <td className="number">{stats === undefined ? '–' : shortCount(stats.spikesTotal)}</td>
      <td className="number">{stats === undefined ? '–' : rate(stats.eventsPerSecond)}</td>
      <td className={lost !== undefined && lost > 0 ? 'number alarm' : 'number'}>
        {lost === undefined ? '–' : shortCount(lost)}
      </td>
    </tr>
  );
}

export function HostsPage() {
  const session = useSession();
  useReading('table');
  useReading('bar');
  const hosts = [...session.hosts.values()];
  return (
    <div className="screen alone">
      <main className="main whole">
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
                  <th className="col-name">{t('hosts.kernel')}</th>
                  <th />
                  <th className="number">{t('pages.worstSpike')}</th>
                  <th className="number">{t('hosts.threshold')}</th>
                  <th className="number">{t('pages.spikes')}</th>
                  <th className="number">{t('hosts.events')}</th>
                  <th className="number">{t('hosts.lost')}</th>
                </tr>
              </thead>
              <tbody>
                {hosts.map((host) => (
                  <HostRow key={host.name} host={host} now={Date.now() * 1000} />
                ))}
              </tbody>
            </table>
          </div>
        </section>
      </main>
    </div>
  );
}
