// Settings with a text field: a new value takes effect when it is applied.
import { type FormEvent, type InputHTMLAttributes, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { parseTime, timeText } from '../../store/rules/rule-form.ts';
import { tipOnControl } from '../../ui/tip.ts';

interface Props<T> {
  label: string;
  /** The value that is in effect, as text. */
  shown: string;
  /** Returns undefined if the text is not a valid value. */
  parse: (text: string) => T | undefined;
  set: (value: T) => void;
  input: InputHTMLAttributes<HTMLInputElement>;
  /** Returns why a text is not valid. */
  refusal?: (text: string) => string;
}

function SettingField<T>({ label, shown, parse, set, input, refusal }: Props<T>) {
  const [text, setText] = useState<string>();
  const [wrong, setWrong] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text === undefined) return;
    const parsed = parse(text);
    setWrong(parsed === undefined ? text : undefined);
    if (parsed === undefined) return;
    set(parsed);
    setText(undefined);
  };
  return (
    <form className="field" onSubmit={submit}>
      <label>
        <span className="muted">{label}</span>
        <input value={text ?? shown} onChange={(e) => setText(e.target.value)} {...input} />
      </label>
      {text !== undefined && <button type="submit">{t('settings.apply')}</button>}
      {wrong !== undefined && refusal !== undefined && (
        <p className="alarm small" role="alert">
          ▲ {refusal(wrong)}
        </p>
      )}
    </form>
  );
}

export function TimeField({ label, ns, set }: { label: string; ns: number; set: (ns: number) => void }) {
  return (
    <SettingField
      {...{ label, set }}
      shown={timeText(ns)}
      parse={parseTime}
      input={{ maxLength: 20, ...tipOnControl(t('rules.timeHint')) }}
      refusal={(text) => t('rules.notTime', { text })}
    />
  );
}

export function NumberField({
  label,
  value,
  set,
}: {
  label: string;
  value: number;
  set: (n: number) => void;
}) {
  return (
    <SettingField
      {...{ label, set }}
      shown={String(value)}
      parse={(text) => (/^\d{1,4}$/.test(text) ? Number(text) : undefined)}
      input={{ inputMode: 'numeric', pattern: '\\d{1,4}', maxLength: 4 }}
    />
  );
}

/** A list of CPUs. The module checks it. */
export function ListField({
  label,
  value,
  set,
}: {
  label: string;
  value: string;
  set: (list: string) => void;
}) {
  return (
    <SettingField
      {...{ label, set }}
      shown={value}
      parse={(text) => text.trim() || undefined}
      input={{ maxLength: 255, ...tipOnControl(t('settings.cpusHint')) }}
    />
  );
}
