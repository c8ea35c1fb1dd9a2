// The host on the bar: its selection, kernel and run.
import { stopwatch } from '@rtprobe/metrics';
import type { HostInfo, RunInfo } from '@rtprobe/protocol';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { useHostNames, useSession } from '../../store/session/context.ts';
import { tip } from '../../ui/tip.ts';
import { Name } from '../common/Name.tsx';
import { useRuns } from '../runs/use-runs.ts';

export function HostChoice({ reading }: { reading: Reading | undefined }) {
  const session = useSession();
  const hosts = useHostNames();
  if (hosts.length > 1) {
    return (
      <select
        aria-label={t('bar.host')}
        value={session.host?.name ?? ''}
        onChange={(e) => {
          session.screen.resume();
          session.address.change({ host: e.target.value, cpu: -1, spike: undefined });
        }}
      >
        {hosts.map((name) => (
          <option key={name} value={name}>
            {optionText(session.hosts.get(name)?.info, name)}
          </option>
        ))}
      </select>
    );
  }
  return reading === undefined ? null : <Name className="host">{reading.info.host}</Name>;
}

/** Marks recordings, so that they are not taken for live hosts. */
const optionText = (info: HostInfo | undefined, name: string): string =>
  info?.replay === undefined ? name : `▶ ${name} (${t('hosts.replay')})`;

export function HostFacts({ reading }: { reading: Reading }) {
  const begin = useSession().host?.seenFrom;
  const { kernel, cpusOnline, runStartedAt } = reading.info;
  const run = useRuns().find((r) => r.live);
  return (
    <>
      {kernel !== undefined && (
        <span className="bar-item wide" {...tip(`${kernel.version} ${kernel.machine}`)}>
          <Name>{kernel.release}</Name>
          <span className="muted"> · </span>
          {kernel.preemptRt ? 'PREEMPT_RT' : t('bar.notRealTime')}
          {cpusOnline !== undefined && (
            <span className="muted"> · {t('pages.cpu', { cpu: cpusOnline })}</span>
          )}
        </span>
      )}
      {runStartedAt === undefined && begin !== undefined && (
        <span className="bar-item" {...tip(t('bar.seenTitle'))}>
          <span className="muted">
            <RunName run={run} otherwise={t('bar.seen')} />{' '}
          </span>
          <span className="numeral">{stopwatch((reading.time - begin) / 1e6)}</span>
        </span>
      )}
      {runStartedAt !== undefined && (
        <span className="bar-item" {...tip(t('bar.runTitle', { time: dateTime(runStartedAt) }))}>
          <span className="muted">
            <RunName run={run} otherwise={t('bar.run')} />{' '}
          </span>
          <span className="numeral">{stopwatch((reading.time - runStartedAt) / 1e6)}</span>
        </span>
      )}
    </>
  );
}

function RunName({ run, otherwise }: { run: RunInfo | undefined; otherwise: string }) {
  return run?.name === undefined || run.name === '' ? otherwise : <Name>{run.name}</Name>;
}
