// The player of a recording, under the bar: what is played, its own clock, and how to move in it.
import { stopwatch } from '@rtprobe/metrics';
import type { ReplaySpikes } from '@rtprobe/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { SPEEDS, shownPosition } from '../../store/screen/player.ts';
import { usePlayer, useReading, useSession } from '../../store/session/context.ts';
import type { Replay } from '../../store/stream/host.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { Name } from '../common/Name.tsx';
import { useChange } from '../common/use-change.ts';
import { useRemote } from '../common/use-remote.ts';

/** Interval at which the position is shown while a recording plays. */
const SHOW_EVERY_MS = 250;
/** Interval at which marks are read while the bridge still reads the file. */
const MARKS_EVERY_MS = 2000;
const MARKS_HEIGHT = 100;

/** Renders again while the recording plays. */
function usePosition(isPlaying: boolean): number {
  const session = useSession();
  const target = usePlayer((s) => s.target);
  const [, show] = useState(0);
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setInterval(() => show((n) => n + 1), SHOW_EVERY_MS);
    return () => clearInterval(timer);
  }, [isPlaying]);
  return session.host === undefined ? 0 : shownPosition(session.host, target);
}

function Marks({ host, lengthUs }: { host: string; lengthUs: number }) {
  const { value } = useRemote<ReplaySpikes>(
    '/replay/spikes',
    { host },
    { everyMs: ({ value: got }) => (got && got.readUs >= lengthUs ? undefined : MARKS_EVERY_MS) },
  );
  const spikes = value?.spikes ?? [];
  const largest = Math.max(1, ...spikes.map(({ valueNs }) => Math.log(valueNs)));
  return (
    <svg
      className="replay-marks"
      viewBox={`0 0 ${lengthUs} ${MARKS_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {spikes.map(({ positionUs, valueNs }) => (
        <line
          key={positionUs}
          x1={positionUs}
          x2={positionUs}
          y1={MARKS_HEIGHT}
          y2={MARKS_HEIGHT * (1 - Math.max(0.3, Math.log(valueNs) / largest))}
        />
      ))}
    </svg>
  );
}

function Track({ host, replay, position }: { host: string; replay: Replay; position: number }) {
  const { player } = useSession();
  const { lengthUs, startedAt } = replay;
  return (
    <div className="replay-track">
      <Marks host={host} lengthUs={Math.max(lengthUs, 1)} />
      <input
        type="range"
        min={0}
        max={lengthUs}
        step="any"
        value={position}
        aria-label={t('replay.position')}
        aria-valuetext={`${stopwatch(position / 1e6)}, ${dateTime(startedAt + position)}`}
        onChange={(event) => player.seek(Number(event.target.value))}
      />
    </div>
  );
}

function SpeedChoice({ speed }: { speed: number }) {
  const { player } = useSession();
  const speeds = (SPEEDS as readonly number[]).includes(speed)
    ? SPEEDS
    : [...SPEEDS, speed].sort((a, b) => a - b);
  return (
    <select
      aria-label={t('replay.speed')}
      value={speed}
      onChange={(event) => player.setSpeed(Number(event.target.value))}
    >
      {speeds.map((one) => (
        <option key={one} value={one}>
          {one}×
        </option>
      ))}
    </select>
  );
}

function Buttons({ replay }: { replay: Replay }) {
  const { player } = useSession();
  const play = t(!replay.paused ? 'replay.pause' : replay.ended ? 'replay.again' : 'replay.play');
  return (
    <span className="replay-buttons">
      <button
        type="button"
        aria-label={t('replay.previous')}
        {...tipOnControl(`${t('replay.previous')} (,)`)}
        onClick={() => void player.step('previous')}
      >
        <span aria-hidden="true">|◀</span>
      </button>
      <button
        type="button"
        aria-label={play}
        {...tipOnControl(`${play} (${t('bar.space')})`)}
        onClick={() => player.toggle()}
      >
        <span aria-hidden="true">{!replay.paused ? '❚❚' : replay.ended ? '↺' : '▶'}</span>
      </button>
      <button
        type="button"
        aria-label={t('replay.next')}
        {...tipOnControl(`${t('replay.next')} (.)`)}
        onClick={() => void player.step('next')}
      >
        <span aria-hidden="true">▶|</span>
      </button>
    </span>
  );
}

function CloseButton({ host }: { host: string }) {
  const session = useSession();
  const change = useChange();
  const close = async () => {
    const request = { method: 'POST', path: '/recordings/close', body: { host } } as const;
    if (!(await change.make(request))) return;
    session.screen.resume();
    session.address.open({ page: 'hosts' }, { host: '', range: undefined });
  };
  return (
    <>
      <ErrorLine error={change.error} />
      <button type="button" disabled={change.busy} onClick={() => void close()}>
        {t('replay.close')}
      </button>
    </>
  );
}

/** What is at the position, in words. */
function stateOf({ paused, ended }: Replay, noSpike: boolean): string {
  if (noSpike) return t('replay.noSpike');
  if (ended) return t('replay.ended');
  return t(paused ? 'replay.paused' : 'replay.playing');
}

export function ReplayBar() {
  const session = useSession();
  const queries = useQueryClient();
  const info = useReading('bar')?.info;
  const { error, noSpike } = usePlayer((s) => s);
  const replay = session.host?.info.replay;
  const position = usePosition(replay?.paused === false);
  useEffect(() => session.player.moved.listen(() => void queries.invalidateQueries()), [session, queries]);
  if (info === undefined || replay === undefined) return null;
  const { file, recordedHost, startedAt, lengthUs, truncated, opened } = replay;
  return (
    <section className="replay" aria-label={t('replay.title')}>
      <span className="replay-what">
        <strong>{t('replay.title')}</strong> <Name>{file}</Name>
        <span className="muted">
          {' '}
          {t('replay.of')} <Name>{recordedHost}</Name>
          {truncated === true && ` · ${t('replay.cut')}`}
        </span>
      </span>
      <Buttons replay={replay} />
      <Track host={info.host} replay={replay} position={position} />
      <span className="replay-time">
        <span className="numeral">{dateTime(startedAt + position)}</span>
        <span className="numeral muted">
          {' '}
          {stopwatch(position / 1e6)} / {stopwatch(lengthUs / 1e6)}
        </span>
      </span>
      <span className={`replay-state muted${replay.ended || noSpike ? '' : ' usual'}`} role="status">
        {stateOf(replay, noSpike)}
      </span>
      <SpeedChoice speed={replay.speed} />
      {opened === true && <CloseButton host={info.host} />}
      <ErrorLine error={error} />
    </section>
  );
}
