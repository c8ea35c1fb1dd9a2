// The bar: which machine, for how long, whether what is seen is now, and what was lost.
import { fullCount, percent, rate, shortCount, stopwatch } from '@rtprobe/metrics';
import { type HostStats, lostTotal, type RunInfo } from '@rtprobe/protocol';
import { dateTime } from '../i18n/dates.ts';
import { LANGUAGE_NAMES, LANGUAGE_TAGS, LANGUAGES, language } from '../i18n/language.ts';
import { t } from '../i18n/translate.ts';
import { useReading, useSession, useSessionState } from '../store/context.ts';
import type { Reading } from '../store/readings.ts';
import { mainPageOf } from '../store/route.ts';
import { type Status, status } from '../store/status.ts';
import { THEMES, type ThemeName } from '../store/view.ts';
import { tip, tipOnControl } from '../ui/tip.ts';
import { LostBreakdown } from './LostBreakdown.tsx';
import { Name } from './Name.tsx';
import { Navigation, pageTitle } from './Navigation.tsx';
import { useRuns } from './runs.ts';

const SHAPES: Readonly<Record<Status['word'], string>> = {
  LIVE: '●',
  FROZEN: '❚❚',
  STALE: '▲',
  REPLAY: '▶',
  OFFLINE: '✕',
  CONNECTING: '○',
};

export function StatusWord({ word }: { word: Status['word'] }) {
  return (
    <span className={`status status-${word.toLowerCase()}`} role="status" aria-live="polite">
      <span aria-hidden="true">{SHAPES[word]}</span> {t(`status.${word}`)}
    </span>
  );
}

function HostChoice({ reading }: { reading: Reading | undefined }) {
  const session = useSession();
  const hosts = useSessionState((s) => s.hosts);
  if (hosts.length > 1) {
    return (
      <select
        aria-label={t('bar.host')}
        value={session.host?.name ?? ''}
        onChange={(e) => {
          session.release();
          session.look({ host: e.target.value, cpu: -1, spike: undefined });
        }}
      >
        {hosts.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    );
  }
  return reading === undefined ? null : <Name className="host">{reading.info.host}</Name>;
}

function Kernel({ reading }: { reading: Reading }) {
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
            <span className="muted"> · {t('bar.cpus', { cpus: cpusOnline })}</span>
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

function Figures({ reading }: { reading: Reading }) {
  const session = useSession();
  const { stats } = reading;
  if (stats === undefined) return null;
  const lost = lostTotal(stats.lost);
  return (
    <>
      <span
        className="bar-item"
        {...tip(t('bar.eventsTip', { count: fullCount(Math.round(stats.eventsPerSecond)) }))}
      >
        <span className="numeral">
          {reading.info.state === 'offline' ? '–' : rate(stats.eventsPerSecond)}
        </span>
        <span className="muted"> {t('bar.events')}</span>
      </span>
      <button
        type="button"
        className={lost > 0 ? 'plain bar-item alarm' : 'plain bar-item'}
        aria-haspopup="dialog"
        {...tipOnControl(t('bar.lostTip', { count: fullCount(lost) }))}
        onClick={() => session.store.setState((s) => ({ lostOpen: !s.lostOpen }))}
      >
        {lost > 0 && <span aria-hidden="true">▲ </span>}
        <span className="muted-unless-alarm">{t('bar.lost')} </span>
        <span className="numeral">{shortCount(lost)}</span>
      </button>
      <Cost stats={stats} />
    </>
  );
}

/** What the measuring itself costs: the module's share where it knows it, else the bridge's. */
function Cost({ stats }: { stats: HostStats }) {
  const { probeCpu, bridgeCpu } = stats;
  const bridge = `${t('bar.bridgeTitle')}: ${percent(bridgeCpu)}`;
  if (probeCpu === undefined) {
    return (
      <span className="bar-item" {...tip(bridge)}>
        <span className="muted">{t('bar.bridge')} </span>
        <span className="numeral">{percent(bridgeCpu)}</span>
      </span>
    );
  }
  return (
    <span className="bar-item" {...tip(`${t('bar.probeTitle')}: ${percent(probeCpu)} · ${bridge}`)}>
      <span className="muted">{t('bar.probe')} </span>
      <span className="numeral">{percent(probeCpu)}</span>
    </span>
  );
}

function FreezeButton() {
  const session = useSession();
  const frozen = useSessionState((s) => s.frozen !== undefined);
  const behind = useSessionState((s) => s.frozen?.behind ?? 0);
  return (
    <button type="button" aria-pressed={frozen} onClick={() => session.toggleFreeze()}>
      {t(frozen ? 'bar.release' : 'bar.freeze')}
      {behind > 0 && <span className="alarm"> +{behind}</span>} <kbd>{t('bar.space')}</kbd>
    </button>
  );
}

/** Offers the other language by its own name. */
function LanguageButton() {
  const session = useSession();
  const other = LANGUAGES[(LANGUAGES.indexOf(language()) + 1) % LANGUAGES.length]!;
  return (
    <button type="button" lang={LANGUAGE_TAGS[other]} onClick={() => session.look({ lang: other })}>
      {LANGUAGE_NAMES[other]}
    </button>
  );
}

/** For who does not see the page; pages of one thing name it themselves. */
function Heading() {
  const route = useSessionState((s) => s.view.route);
  const main = mainPageOf(route);
  return route.page === main ? <h1 className="sr-only">{pageTitle(main)}</h1> : null;
}

export function Bar() {
  const session = useSession();
  const reading = useReading('bar');
  const theme = useSessionState((s) => s.view.theme);
  const lostOpen = useSessionState((s) => s.lostOpen);
  useSessionState((s) => s.link);
  const now = status(session, performance.now());
  return (
    <header className="bar">
      {reading !== undefined && <Heading />}
      <strong className="brand">rtprobe</strong>
      <HostChoice reading={reading} />
      <Navigation />
      {reading !== undefined && <Kernel reading={reading} />}
      <span className="spring" />
      {reading !== undefined && <Figures reading={reading} />}
      <StatusWord word={now.word} />
      <FreezeButton />
      <button type="button" onClick={() => session.look({ theme: nextTheme(theme) })}>
        <span aria-hidden="true">◐</span> {t(`bar.theme.${theme ?? 'auto'}`)}
        <span className="sr-only"> {t('bar.themeSwitch')}</span>
      </button>
      <LanguageButton />
      <button
        type="button"
        className="help-open"
        aria-label={t('bar.help')}
        onClick={() => session.store.setState({ help: true })}
      >
        <kbd>?</kbd>
      </button>
      {lostOpen && reading?.stats !== undefined && <LostBreakdown stats={reading.stats} />}
    </header>
  );
}

/** What the system prefers, then each theme in turn. */
function nextTheme(theme: ThemeName | undefined): ThemeName | undefined {
  return THEMES[theme === undefined ? 0 : THEMES.indexOf(theme) + 1];
}

/** Under the bar when something is wrong: what, since when, what to do. */
export function Notice() {
  const session = useSession();
  const reading = useReading('bar');
  useSessionState((s) => s.link);
  const refused = useSessionState((s) => s.refused);
  const errors = useSessionState((s) => s.errors);
  const newBuild = useSessionState((s) => s.newBuild);
  const maySleep = useSessionState((s) => s.maySleep);
  const { word, detail } = status(session, performance.now());
  const replay = reading?.info.replay;
  const lines: string[] = [];
  if (detail !== undefined) lines.push(detail);
  if (replay !== undefined && word === 'REPLAY') lines.push(replayText(replay));
  if (reading?.info.warning !== undefined) lines.push(reading.info.warning);
  const recording = reading?.info.recording;
  if (recording?.error !== undefined) lines.push(t('notice.recordingStopped', { error: recording.error }));
  if (refused.length > 0) lines.push(t('notice.refused', { words: refused.join(', ') }));
  if (newBuild) lines.push(t('notice.newBuild'));
  if (maySleep) lines.push(t('notice.maySleep'));
  const last = errors.at(-1);
  if (last !== undefined) lines.push(last);
  if (lines.length === 0) return null;
  return (
    <div className={`notice notice-${word.toLowerCase()}`} role="status">
      {lines.map((line) => (
        <Name key={line}>{line}</Name>
      ))}
    </div>
  );
}

function replayText(replay: NonNullable<Reading['info']['replay']>): string {
  return t('notice.replay', {
    file: replay.file.split('/').at(-1)!,
    at: stopwatch(replay.positionUs / 1e6),
    length: stopwatch(replay.lengthUs / 1e6),
    speed: replay.paused ? t('notice.replayPaused') : t('notice.replaySpeed', { speed: replay.speed }),
    cut: replay.truncated === true ? t('notice.replayCut') : '',
  });
}
