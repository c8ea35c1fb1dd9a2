// Adds a rule. An empty field matches everything.
import { CAPTURES, type Capture, type Measure } from '@rtprobe/protocol';
import { type FormEvent, useState } from 'react';
import { allMeasures, measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import {
  emptyRule,
  type RuleForm as Form,
  type FormError,
  isFormError,
  ruleRequest,
} from '../../store/rules/rule-form.ts';
import { tip, tipOnControl } from '../../ui/tip.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { useChange } from '../common/use-change.ts';

type TextKey = Exclude<keyof Form, 'measure' | 'capture' | 'stopTrace'>;

const REFUSALS = { time: 'rules.notTime', number: 'rules.notNumber', signal: 'rules.notSignal' } as const;

export function RuleForm({ host }: { host: string }) {
  const [form, setForm] = useState<Form>(emptyRule);
  const [wrong, setWrong] = useState<FormError>();
  const change = useChange();
  const text = (key: TextKey, label: string, hint?: string) => (
    <label>
      <span className="muted">{label}</span>
      <input
        value={form[key]}
        maxLength={63}
        onChange={(e) => setForm({ ...form, [key]: e.target.value })}
        {...tipOnControl(hint)}
      />
    </label>
  );
  const toggle = (capture: Capture) =>
    setForm({
      ...form,
      capture: form.capture.includes(capture)
        ? form.capture.filter((c) => c !== capture)
        : [...form.capture, capture],
    });
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const request = ruleRequest(form);
    setWrong(isFormError(request) ? request : undefined);
    if (isFormError(request)) return;
    const made = await change.make({ method: 'POST', path: '/rules', body: { host, ...request } });
    if (made) setForm(emptyRule);
  };
  return (
    <form className="card form" aria-label={t('rules.add')} onSubmit={add}>
      <header>
        <h2>{t('rules.add')}</h2>
      </header>
      <div className="fields">
        <label>
          <span className="muted">{t('cpu.measure')}</span>
          <select
            value={form.measure}
            onChange={(e) => setForm({ ...form, measure: e.target.value as Measure | '' })}
          >
            <option value="">{t('rules.measureAny')}</option>
            {allMeasures().map(({ name: m }) => (
              <option key={m} value={m}>
                {measureWords(m).title}
              </option>
            ))}
          </select>
        </label>
        {text('threshold', t('rules.threshold'), t('rules.timeHint'))}
        {text('irq', t('rules.irq'))}
        {text('name', t('rules.name'), t('rules.globHint'))}
        {text('cpus', t('rules.cpus'), '0-3,6')}
        {text('pid', t('rules.pid'))}
        {text('comm', t('rules.comm'), t('rules.globHint'))}
        {text('cgroup', t('rules.cgroup'), t('rules.globHint'))}
        {text('rate', t('rules.rateField'))}
        {text('cooldown', t('rules.cooldownField'), t('rules.durationHint'))}
        {text('period', t('rules.periodField'), t('rules.periodHint'))}
        {text('signal', t('rules.signalField'), t('rules.signalHint'))}
      </div>
      <fieldset className="checks">
        <legend className="muted">{t('rules.capture')}</legend>
        {CAPTURES.map((capture) => (
          <label key={capture}>
            <input
              type="checkbox"
              checked={form.capture.includes(capture)}
              onChange={() => toggle(capture)}
            />{' '}
            {capture}
          </label>
        ))}
      </fieldset>
      <fieldset className="checks">
        <legend className="muted">{t('rules.action')}</legend>
        <label {...tip(t('rules.stopTraceHint'))}>
          <input
            type="checkbox"
            checked={form.stopTrace}
            onChange={(e) => setForm({ ...form, stopTrace: e.target.checked })}
          />{' '}
          {t('rules.stopTrace')}
        </label>
      </fieldset>
      <div className="form-line">
        <button type="submit" disabled={change.busy}>
          {t('rules.addButton')}
        </button>
        {wrong !== undefined && (
          <p className="alarm" role="alert">
            ▲ {t(REFUSALS[wrong.kind], { text: wrong.text })}
          </p>
        )}
      </div>
      <ErrorLine error={change.error} />
    </form>
  );
}
