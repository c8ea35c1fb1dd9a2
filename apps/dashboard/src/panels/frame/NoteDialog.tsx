// Adds a note at a time, and deletes notes near it. Heatmap and minimap show a note to everybody who looks at this
// host.
import { visibleText } from '@rtprobe/metrics';
import { ANNOTATION_TEXT_MAX, type UnixMicros } from '@rtprobe/protocol';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { clockTime, dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { type RemoteError, remoteError } from '../../store/remote/remote.ts';
import { useNotes, useSession } from '../../store/session/context.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { Name } from '../common/Name.tsx';

export function NoteDialog() {
  const session = useSession();
  const at = useNotes((s) => s.draftAt);
  const field = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<RemoteError>();
  useEffect(() => {
    setError(undefined);
    if (at !== undefined) field.current?.focus();
  }, [at]);
  if (at === undefined) return null;
  const close = () => session.notes.endDraft();
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const text = field.current?.value.trim() ?? '';
    if (text === '') return;
    try {
      await session.notes.add(at, text);
      close();
    } catch (caught) {
      setError(remoteError(caught));
    }
  };
  return (
    <form className="popover modal" role="dialog" aria-label={t('note.title')} onSubmit={add}>
      <div className="head">
        <h2>{t('note.title')}</h2>
        <span className="muted small">{t('note.at', { time: dateTime(at) })}</span>
      </div>
      <div className="form-line">
        <input
          ref={field}
          aria-label={t('note.text')}
          maxLength={ANNOTATION_TEXT_MAX}
          className="wide-field"
          onKeyDown={(event) => event.key === 'Escape' && close()}
        />
        <button type="submit">{t('note.add')}</button>
        <button type="button" onClick={close}>
          {t('note.cancel')}
        </button>
      </div>
      <ErrorLine error={error} />
      <NoteList at={at} refused={setError} />
    </form>
  );
}

/** Number of notes that fit; a narrower window reaches others. */
const LISTED_MAX = 8;

interface ListProps {
  at: UnixMicros;
  refused: (error: RemoteError | undefined) => void;
}

/** The notes of the window on screen, nearest to the time first. A button or the Delete key deletes one. */
function NoteList({ at, refused }: ListProps) {
  const session = useSession();
  const notes = useNotes((s) => s.notes);
  const { from, to } = session.window.range();
  const near = notes
    .filter((note) => note.time >= from && note.time <= to)
    .sort((a, b) => Math.abs(a.time - at) - Math.abs(b.time - at))
    .slice(0, LISTED_MAX);
  if (near.length === 0) return null;
  const remove = async (id: number) => {
    try {
      await session.notes.remove(id);
      refused(undefined);
    } catch (caught) {
      refused(remoteError(caught));
    }
  };
  return (
    <ul className="note-list small" aria-label={t('note.notes')}>
      {near.map(({ id, time, text }) => (
        <li key={id}>
          <span className="numeral muted">{clockTime(time)}</span>
          <Name>{text}</Name>
          <button
            type="button"
            aria-label={t('note.deleteOne', { text: visibleText(text) })}
            onClick={() => void remove(id)}
            onKeyDown={(event) => event.key === 'Delete' && void remove(id)}
          >
            {t('note.delete')}
          </button>
        </li>
      ))}
    </ul>
  );
}
