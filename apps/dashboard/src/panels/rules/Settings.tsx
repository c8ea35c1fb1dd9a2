// Measures and pace of a host, and the threshold of a module that has only one; each change is one request and shows its
// result.
import type { HostInfo, Measure } from '@rtprobe/protocol';
import { allMeasures, measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { type Changing, useChange } from '../common/use-change.ts';
import { ListField, NumberField, TimeField } from './SettingField.tsx';

export function Settings({ info }: { info: HostInfo }) {
  const change = useChange();
  const { host, config } = info;
  if (config === undefined) return null;
  const fixed = info.state === 'replay' || info.state === 'offline' || change.busy;
  const set = (body: Record<string, unknown>) =>
    change.make({ method: 'POST', path: '/config', body: { host, ...body } });
  const field = { onDiscard: change.reset };
  const toggle = (measure: Measure) => {
    const on = config.measures.includes(measure);
    void set({ measures: on ? config.measures.filter((m) => m !== measure) : [...config.measures, measure] });
  };
  return (
    <section className="card form" aria-label={t('settings.title')}>
      <header>
        <h2>{t('settings.title')}</h2>
        <span className="spring" />
        {change.done && (
          <span className="small" role="status">
            ✓ {t('settings.applied')}
          </span>
        )}
      </header>
      <fieldset className="measures" disabled={fixed}>
        <legend className="muted">{t('settings.measures')}</legend>
        {allMeasures().map(({ name: measure }) => (
          <MeasureSwitch key={measure} measure={measure} info={info} toggle={() => toggle(measure)} />
        ))}
      </fieldset>
      <fieldset className="fields" disabled={fixed}>
        {config.thresholds === undefined && (
          <TimeField
            {...field}
            label={t('settings.threshold')}
            ns={config.thresholdNs}
            hint={t('rules.timeHint')}
            set={(ns) => set({ thresholdNs: ns })}
          />
        )}
        <TimeField
          {...field}
          label={t('settings.period')}
          ns={config.periodNs}
          set={(ns) => set({ periodNs: ns })}
        />
        <TimeField
          {...field}
          label={t('settings.interval')}
          ns={config.intervalNs}
          set={(ns) => set({ intervalNs: ns })}
        />
        {config.threadPriority !== undefined && (
          <NumberField
            {...field}
            label={t('settings.priority')}
            value={config.threadPriority}
            set={(n) => set({ threadPriority: n })}
          />
        )}
        {config.selfLimit !== undefined && (
          <NumberField
            {...field}
            label={t('settings.selfLimit')}
            value={config.selfLimit}
            set={(n) => set({ selfLimit: n })}
          />
        )}
        {config.cpus !== undefined && (
          <ListField
            {...field}
            label={t('settings.cpus')}
            value={config.cpus}
            set={(cpus) => set({ cpus })}
          />
        )}
        {config.recorder !== undefined && (
          <label>
            <span className="muted">{t('settings.recorder')}</span>
            <button
              type="button"
              aria-pressed={config.recorder}
              onClick={() => void set({ recorder: config.recorder !== true })}
            >
              {config.recorder ? t('settings.on') : t('settings.off')}
            </button>
          </label>
        )}
      </fieldset>
      <Clearing host={host} fixed={fixed} change={change} />
      <ErrorLine error={change.error} />
    </section>
  );
}

function MeasureSwitch({ measure, info, toggle }: { measure: Measure; info: HostInfo; toggle: () => void }) {
  const words = measureWords(measure);
  const available = info.measuresAvailable === undefined || info.measuresAvailable.includes(measure);
  const on = info.config?.measures.includes(measure) === true;
  return (
    <label className={available ? '' : 'muted'}>
      <input type="checkbox" checked={on} disabled={!available} onChange={toggle} /> {words.title}
      {!available && <span className="small"> · {t('settings.unavailable')}</span>}
      <span className="muted small explanation">{words.explanation}</span>
    </label>
  );
}

function Clearing({ host, fixed, change }: { host: string; fixed: boolean; change: Changing }) {
  return (
    <div className="form-line">
      <button
        type="button"
        disabled={fixed}
        onClick={() => void change.make({ method: 'POST', path: '/spikes/clear', body: { host } })}
      >
        {t('settings.clearSpikes')}
      </button>
      <button
        type="button"
        disabled={fixed}
        {...tipOnControl(t('settings.clearHistogramsHint'))}
        onClick={() => void change.make({ method: 'POST', path: '/histograms/clear', body: { host } })}
      >
        {t('settings.clearHistograms')}
      </button>
    </div>
  );
}
