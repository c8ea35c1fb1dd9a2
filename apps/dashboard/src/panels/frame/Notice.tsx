// The notice under the bar: what is wrong, since when, and what to do.
import { t } from '../../i18n/translate.ts';
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
  const lines: string[] = [];
  if (detail !== undefined) lines.push(detail);
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
