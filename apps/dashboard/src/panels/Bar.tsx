// The bar: which machine, for how long, whether what is seen is now, and what was lost.
import { percent, rate, shortCount, stopwatch } from '@rtprobe/metrics';
import { lostTotal } from '@rtprobe/protocol';
import { useReading, useSession, useSessionState } from '../store/context.ts';
import type { Reading } from '../store/readings.ts';
import { type Status, status } from '../store/status.ts';
import { LostBreakdown } from './LostBreakdown.tsx';
import { Name } from './Name.tsx';

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
      <span aria-hidden="true">{SHAPES[word]}</span> {word}
    </span>
  );
}

function HostChoice({ reading }: { reading: Reading | undefined }) {
  const session = useSession();
  const hosts = useSessionState((s) => s.hosts);
  if (hosts.length > 1) {
    return (
      <select
        aria-label="host"
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
  return (
    <>
      {kernel !== undefined && (
        <span className="bar-item wide" title={`${kernel.version} ${kernel.machine}`}>
          <Name>{kernel.release}</Name>
          <span className="muted"> · </span>
          {kernel.preemptRt ? 'PREEMPT_RT' : 'not real-time'}
          {cpusOnline !== undefined && <span className="muted"> · CPU {cpusOnline}</span>}
        </span>
      )}
      {runStartedAt === undefined && begin !== undefined && (
        <span
          className="bar-item"
          title="when the run began is not known; this is what this page has seen of it"
        >
          <span className="muted">seen </span>
          <span className="numeral">{stopwatch((reading.time - begin) / 1e6)}</span>
        </span>
      )}
      {runStartedAt !== undefined && (
        <span className="bar-item" title={`since ${new Date(runStartedAt / 1000).toLocaleString('en-GB')}`}>
          <span className="muted">run </span>
          <span className="numeral">{stopwatch((reading.time - runStartedAt) / 1e6)}</span>
        </span>
      )}
    </>
  );
}

function Figures({ reading }: { reading: Reading }) {
  const session = useSession();
  const { stats } = reading;
  if (stats === undefined) return null;
  const lost = lostTotal(stats.lost);
  return (
    <>
      <span className="bar-item">
        <span className="numeral">{rate(stats.eventsPerSecond)}</span>
        <span className="muted"> events/s</span>
      </span>
      <button
        type="button"
        className={lost > 0 ? 'plain bar-item alarm' : 'plain bar-item'}
        aria-haspopup="dialog"
        onClick={() => session.store.setState((s) => ({ lostOpen: !s.lostOpen }))}
      >
        {lost > 0 && <span aria-hidden="true">▲ </span>}
        <span className="muted-unless-alarm">lost </span>
        <span className="numeral">{shortCount(lost)}</span>
      </button>
      <span className="bar-item" title="share of one core that the bridge process uses">
        <span className="muted">bridge </span>
        <span className="numeral">{percent(stats.bridgeCpu)}</span>
      </span>
    </>
  );
}

function FreezeButton() {
  const session = useSession();
  const frozen = useSessionState((s) => s.frozen !== undefined);
  const behind = useSessionState((s) => s.frozen?.behind ?? 0);
  return (
    <button type="button" aria-pressed={frozen} onClick={() => session.toggleFreeze()}>
      {frozen ? 'Release' : 'Freeze'}
      {behind > 0 && <span className="alarm"> +{behind}</span>} <kbd>space</kbd>
    </button>
  );
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
      <strong className="brand">rtprobe</strong>
      <HostChoice reading={reading} />
      {reading !== undefined && <Kernel reading={reading} />}
      <span className="spring" />
      {reading !== undefined && <Figures reading={reading} />}
      <StatusWord word={now.word} />
      <FreezeButton />
      <button type="button" onClick={() => session.look({ theme: nextTheme(theme) })}>
        <span aria-hidden="true">◐</span> {theme ?? 'auto'}
        <span className="sr-only"> theme, switch</span>
      </button>
      <button type="button" aria-label="help" onClick={() => session.store.setState({ help: true })}>
        <kbd>?</kbd>
      </button>
      {lostOpen && reading?.stats !== undefined && <LostBreakdown stats={reading.stats} />}
    </header>
  );
}

function nextTheme(theme: 'dark' | 'light' | undefined): 'dark' | 'light' | undefined {
  if (theme === undefined) return 'dark';
  return theme === 'dark' ? 'light' : undefined;
}

/** Under the bar when something is wrong: what, since when, what to do. */
export function Notice() {
  const session = useSession();
  const reading = useReading('bar');
  useSessionState((s) => s.link);
  const refused = useSessionState((s) => s.refused);
  const errors = useSessionState((s) => s.errors);
  const { word, detail } = status(session, performance.now());
  const replay = reading?.info.replay;
  const lines: string[] = [];
  if (detail !== undefined) lines.push(detail);
  if (replay !== undefined && word === 'REPLAY') lines.push(replayText(replay));
  const recording = reading?.info.recording;
  if (recording?.error !== undefined) lines.push(`the recording stopped: ${recording.error}`);
  if (refused.length > 0) lines.push(`not understood in the address: ${refused.join(', ')}`);
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
  const at = stopwatch(replay.positionUs / 1e6);
  const speed = replay.paused ? 'paused' : `at ${replay.speed}× speed`;
  const cut = replay.truncated === true ? ', cut off when it was recorded' : '';
  return `recording ${replay.file.split('/').at(-1)}, ${at} of ${stopwatch(replay.lengthUs / 1e6)}, ${speed}${cut}`;
}
