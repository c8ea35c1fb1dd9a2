// Asks a viewer for the code of an operator when a change needs one.
import { t } from '../../i18n/translate.ts';
import { Words } from '../../i18n/Words.tsx';
import { useOperatorAsk, useSession } from '../../store/session/context.ts';
import { CodeField } from './CodeField.tsx';
import { loginCommand } from './login-command.ts';

export function OperatorDialog() {
  const { login } = useSession();
  const ask = useOperatorAsk();
  if (ask === undefined) return null;
  const giveUp = () => ask.answer(undefined);
  return (
    <section className="popover modal" role="dialog" aria-label={t('operator.title')}>
      <div className="head">
        <h2>{t('operator.title')}</h2>
      </div>
      <p>
        <Words
          of="operator.why"
          with={{ command: <code>{loginCommand(login.command, window.location, 'operator')}</code> }}
        />
      </p>
      <CodeField refusal={ask.refusal} onCode={ask.answer} onEscape={giveUp}>
        <button type="submit">{t('login.logIn')}</button>
        <button type="button" onClick={giveUp}>
          {t('operator.cancel')}
        </button>
      </CodeField>
    </section>
  );
}
