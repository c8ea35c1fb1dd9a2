// Settings with a text field: a new value takes effect when it is applied.
import { type FormEvent, type InputHTMLAttributes, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { parseTime, timeText } from '../../store/rules/rule-form.ts';
import { applyDraft, type SettingDraft } from '../../store/rules/setting-draft.ts';
import { tipOnControl } from '../../ui/tip.ts';

type Set<T> = (value: T) => Promise<boolean>;

interface Props<T> {
  label: string;
  /** The value that is in effect, as text. */
  shown: string;
  /** Returns undefined if the text is not a valid value. */
  parse: (text: string) => T | undefined;
  /** Resolves to true if the bridge made the change. */
  set: Set<T>;
  /** Called when a refused text is discarded. */
  onDiscard: () => void;
  input: InputHTMLAttributes<HTMLInputElement>;
  /** Returns why a text is not valid. */
  refusal?: (text: string) => string;
}

/** A refused text stays in the field until it is edited or discarded. */
function SettingField<T>({ label, shown, parse, set, onDiscard, input, refusal }: Props<T>) {
  const [draft, setDraft] = useState<SettingDraft>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (draft !== undefined) setDraft(await applyDraft(draft, parse, set));
  };
  const discard = () => {
    setDraft(undefined);
    onDiscard();
  };
  return (
    <form className="field" onSubmit={submit}>
      <label>
        <span className="muted">{label}</span>
        <input
          value={draft?.text ?? shown}
          aria-invalid={draft?.refusedBy !== undefined}
          onChange={(e) => setDraft({ text: e.target.value })}
          {...input}
        />
      </label>
      {draft !== undefined && <button type="submit">{t('settings.apply')}</button>}
      {draft?.refusedBy !== undefined && (
        <button type="button" onClick={discard}>
          {t('settings.discard')}
        </button>
      )}
      {draft?.refusedBy === 'field' && refusal !== undefined && (
        <p className="alarm small" role="alert">
          ▲ {refusal(draft.text)}
        </p>
      )}
    </form>
  );
}

type FieldProps<T> = Pick<Props<T>, 'label' | 'set' | 'onDiscard'>;

interface TimeProps extends FieldProps<number> {
  ns: number;
  hint?: string;
}

export function TimeField({ ns, hint = t('rules.durationHint'), ...field }: TimeProps) {
  return (
    <SettingField
      {...field}
      shown={timeText(ns)}
      parse={parseTime}
      input={{ maxLength: 20, ...tipOnControl(hint) }}
      refusal={(text) => t('rules.notTime', { text })}
    />
  );
}

export function NumberField({ value, ...field }: FieldProps<number> & { value: number }) {
  return (
    <SettingField
      {...field}
      shown={String(value)}
      parse={(text) => (/^\d{1,4}$/.test(text) ? Number(text) : undefined)}
      input={{ inputMode: 'numeric', pattern: '\\d{1,4}', maxLength: 4 }}
    />
  );
}

/** A list of CPUs. The module checks it. */
export function ListField({ value, ...field }: FieldProps<string> & { value: string }) {
  return (
    <SettingField
      {...field}
      shown={value}
      parse={(text) => text.trim() || undefined}
      input={{ maxLength: 255, ...tipOnControl(t('settings.cpusHint')) }}
    />
  );
}
