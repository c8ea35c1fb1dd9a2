import { t } from '../../i18n/translate.ts';
import type { Status } from '../../store/screen/status.ts';

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
