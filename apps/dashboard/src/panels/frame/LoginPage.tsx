// The page of a browser without a session: the command that prints a login code, and the field for the code.
import { useEffect, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { Words } from '../../i18n/Words.tsx';
import { type RemoteError, remoteError } from '../../store/remote/remote.ts';
import { useSession } from '../../store/session/context.ts';
import { CodeField } from './CodeField.tsx';
import { loginCommand } from './login-command.ts';

function Command({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  // Missing where the page came by plain HTTP from another machine.
  const { clipboard } = navigator;
  const copy = () =>
    clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <div className="command">
      <code>{text}</code>
      {clipboard !== undefined && (
        <button type="button" onClick={copy}>
          {t(copied ? 'login.copied' : 'login.copy')}
        </button>
      )}
    </div>
  );
}

export function LoginPage({ refusal, ended }: { refusal?: RemoteError; ended: boolean }) {
  const { login } = useSession();
  const [refused, setRefused] = useState(refusal);
  const [busy, setBusy] = useState(false);
  // Another address with a code was opened meanwhile.
  useEffect(() => setRefused(refusal), [refusal]);
  useEffect(() => {
    document.title = `${t('login.title')} · rtprobe`;
  }, []);
  const enter = async (code: string) => {
    setBusy(true);
    try {
      await login.enter(code);
    } catch (caught) {
      setRefused(remoteError(caught));
      setBusy(false);
    }
  };
  const viewer = <code>{loginCommand(login.command, window.location, 'viewer')}</code>;
  return (
    <main className="login">
      <p className="product">rtprobe</p>
      <h1>{t('login.title')}</h1>
      <p className="muted">{t('login.what')}</p>
      {ended && <p role="status">{t('login.ended')}</p>}
      <ol>
        <li>
          <p>{t('login.run')}</p>
          <Command text={loginCommand(login.command, window.location)} />
          <p className="muted small">
            <Words of="login.viewer" with={{ command: viewer }} />
          </p>
        </li>
        <li>
          <p>{t('login.paste')}</p>
          <CodeField refusal={refused} busy={busy} onCode={enter}>
            <button type="submit" className="primary" disabled={busy}>
              {t('login.logIn')}
            </button>
          </CodeField>
        </li>
      </ol>
      <p className="muted small">{t('login.why')}</p>
    </main>
  );
}
