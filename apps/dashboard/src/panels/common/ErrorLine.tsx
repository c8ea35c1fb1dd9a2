// Shows an error of the bridge: code, reason, invalid word.
import { t } from '../../i18n/translate.ts';
import type { RemoteError } from '../../store/remote/remote.ts';

export function ErrorLine({ error }: { error: RemoteError | undefined }) {
  if (error === undefined) return null;
  const { code, message, word } = error;
  return (
    <p className="alarm refused" role="alert">
      ▲{' '}
      {word === undefined
        ? t('rules.refused', { code, message })
        : t('rules.refusedWord', { code, message, word })}
    </p>
  );
}
