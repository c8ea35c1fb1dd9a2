// Chooses CPUs to list beside the isolated ones; the address contains them.
import { type FormEvent, useEffect, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { isCpuList } from '../../store/address/view-text.ts';
import { useAddress, useSession } from '../../store/session/context.ts';
import { tipOnControl } from '../../ui/tip.ts';

export function CpuChoice() {
  const session = useSession();
  const cpus = useAddress((s) => s.view.cpus);
  const [text, setText] = useState(cpus);
  const [wrong, setWrong] = useState<string>();
  useEffect(() => setText(cpus), [cpus]);
  const show = (event: FormEvent) => {
    event.preventDefault();
    const list = text.replaceAll(' ', '');
    const isValid = list === '' || isCpuList(list);
    setWrong(isValid ? undefined : text);
    if (isValid) session.address.change({ cpus: list });
  };
  return (
    <form className="cpu-choice" onSubmit={show}>
      <label>
        <span className="muted small">{t('isolation.also')}</span>{' '}
        <input
          value={text}
          maxLength={64}
          placeholder="1,4-5"
          aria-invalid={wrong !== undefined}
          onChange={(e) => setText(e.target.value)}
          {...tipOnControl(t('isolation.alsoHint'))}
        />
      </label>
      <button type="submit">{t('isolation.show')}</button>
      {wrong !== undefined && (
        <p className="alarm small" role="alert">
          ▲ {t('isolation.notCpus', { text: wrong })}
        </p>
      )}
    </form>
  );
}
