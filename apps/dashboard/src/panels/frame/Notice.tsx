// The notice under the bar: what is wrong, since when, and what to do.
import { stopwatch } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { useAddress, useNotices, useReading } from '../../store/session/context.ts';
import { Name } from '../common/Name.tsx';
import { useStatus } from './use-status.ts';

export function Notice() {
  const reading = useReading('bar');
  const refused = useAddress((s) => s.refused);
  const errors = useNotices((s) => s.errors);
  const newBuild = useNotices((s) => s.newBuild);
  const maySleep = useNotices((s) => s.maySleep);
  const { word, detail } = useStatus();
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
