// Who acknowledged an incident, when and why; or the form to do it.
import { ANNOTATION_AUTHOR_MAX, ANNOTATION_TEXT_MAX, type Incident } from '@rtprobe/protocol';
import { type FormEvent, useRef } from 'react';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { Words } from '../../i18n/Words.tsx';
import { useAcknowledged, useSession } from '../../store/session/context.ts';
import { acknowledgementOf } from '../../store/spikes/incidents.ts';
import { Name } from '../common/Name.tsx';

function AcknowledgeForm({ incident }: { incident: Incident }) {
  const session = useSession();
  const name = useRef<HTMLInputElement>(null);
  const comment = useRef<HTMLInputElement>(null);
  const acknowledge = (event: FormEvent) => {
    event.preventDefault();
    session.preferences.set({ author: name.current!.value.trim() });
    void session.acknowledgements.add([incident.id], comment.current!.value.trim());
  };
  return (
    <form className="form-line acknowledge-form" onSubmit={acknowledge}>
      <input
        ref={name}
        aria-label={t('spikes.yourName')}
        placeholder={t('spikes.yourName')}
        defaultValue={session.preferences.current.author}
        maxLength={ANNOTATION_AUTHOR_MAX}
      />
      <input
        ref={comment}
        aria-label={t('spikes.comment')}
        placeholder={t('spikes.comment')}
        maxLength={ANNOTATION_TEXT_MAX}
        className="wide-field"
      />
      <button type="submit">✓ {t('spikes.acknowledge')}</button>
    </form>
  );
}

export function AcknowledgementLine({ incident }: { incident: Incident }) {
  const session = useSession();
  const found = acknowledgementOf(incident, useAcknowledged().byId);
  if (found === undefined) return <AcknowledgeForm incident={incident} />;
  const { by, comment, time } = found;
  const when = dateTime(time);
  return (
    <p className="form-line acknowledgement">
      <span>
        ✓{' '}
        {by === '' ? (
          t('spikes.acknowledgedAt', { time: when })
        ) : (
          <Words of="spikes.acknowledgedBy" with={{ name: <Name>{by}</Name>, time: when }} />
        )}
        {comment !== '' && (
          <>
            {': '}
            <Name>{comment}</Name>
          </>
        )}
      </span>
      <button type="button" onClick={() => void session.acknowledgements.withdraw(found.incident)}>
        {t('spikes.withdraw')}
      </button>
    </p>
  );
}
