// Writes a note about a moment; it is shown on heatmap and minimap to everybody who looks at this host.
import { ANNOTATION_TEXT_MAX } from '@rtprobe/protocol';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { dateTime } from '../i18n/dates.ts';
import { t } from '../i18n/translate.ts';
import { useSession, useSessionState } from '../store/context.ts';
import { type RemoteError, remoteError } from '../store/remote.ts';
import { Refused } from './Refused.tsx';

export function NoteDialog() {
  const session = useSession();
  const at = useSessionState((s) => s.noteAt);
  const field = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<RemoteError>();
  useEffect(() => {
    setError(undefined);
    if (at !== undefined) field.current?.focus();
  }, [at]);
  if (at === undefined) return null;
  const close = () => session.store.setState({ noteAt: undefined });
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const text = field.current?.value.trim() ?? '';
    if (text === '') return;
    try {
      await session.addNote(at, text);
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
      <Refused error={error} />
    </form>
  );
}
