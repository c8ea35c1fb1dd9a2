// The field for a login code, and what to do when one is refused.
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { type PlainKey, t } from '../../i18n/translate.ts';
import type { RemoteError } from '../../store/remote/remote.ts';

const REFUSALS: Readonly<Record<string, PlainKey>> = {
  E_CODE: 'login.wrongCode',
  E_ROLE: 'login.viewerCode',
  E_RATE_LIMIT: 'login.tooOften',
  E_UNREACHABLE: 'login.unreachable',
};

/** What happened and what to do next. */
export function refusalText({ code, message }: RemoteError): string {
  const known = REFUSALS[code];
  return known === undefined ? `${code}: ${message}` : t(known);
}

interface Props {
  refusal: RemoteError | undefined;
  busy?: boolean;
  onCode: (code: string) => void;
  onEscape?: () => void;
  children: ReactNode;
}

export function CodeField({ refusal, busy = false, onCode, onEscape, children }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const explanation = useId();
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  // Selects a refused code, so that pasting replaces it.
  useEffect(() => {
    if (refusal !== undefined) field.current?.select();
  }, [refusal]);
  const give = (event: FormEvent) => {
    event.preventDefault();
    const code = field.current?.value.trim() ?? '';
    if (code !== '') onCode(code);
  };
  return (
    <form onSubmit={give} aria-busy={busy}>
      <div className="form-line">
        <input
          ref={field}
          type="text"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder={t('login.placeholder')}
          aria-label={t('login.code')}
          aria-invalid={refusal !== undefined}
          aria-describedby={refusal === undefined ? undefined : explanation}
          maxLength={256}
          onKeyDown={(event) => event.key === 'Escape' && onEscape?.()}
        />
        {children}
      </div>
      {refusal !== undefined && (
        <p className="refused alarm" role="alert" id={explanation}>
          ▲ {refusalText(refusal)}
        </p>
      )}
    </form>
  );
}
