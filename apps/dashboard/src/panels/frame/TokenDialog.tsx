// Asks for the token once per tab, when a change needs it.
import { type FormEvent, useEffect, useRef } from 'react';
import { t } from '../../i18n/translate.ts';
import { useTokenAsk } from '../../store/session/context.ts';

export function TokenDialog() {
  const ask = useTokenAsk();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (ask !== undefined) field.current?.focus();
  }, [ask]);
  if (ask === undefined) return null;
  const give = (event: FormEvent) => {
    event.preventDefault();
    const token = field.current?.value.trim() ?? '';
    if (token !== '') ask.answer(token);
  };
  return (
    <form className="popover modal" role="dialog" aria-label={t('token.title')} onSubmit={give}>
      <div className="head">
        <h2>{t('token.title')}</h2>
      </div>
      <p>{t('token.why')}</p>
      {ask.wrong && (
        <p className="alarm" role="alert">
          ▲ {t('token.wrong')}
        </p>
      )}
      <div className="form-line">
        <input
          ref={field}
          type="password"
          autoComplete="off"
          aria-label={t('token.field')}
          maxLength={256}
          onKeyDown={(event) => event.key === 'Escape' && ask.answer(undefined)}
        />
        <button type="submit">{t('token.use')}</button>
        <button type="button" onClick={() => ask.answer(undefined)}>
          {t('token.cancel')}
        </button>
      </div>
    </form>
  );
}
