// The subject of the heatmap and the headline: measure, CPU and time window.
import { span } from '@rtprobe/metrics';
import type { Measure } from '@rtprobe/protocol';
import { allMeasures } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { WINDOWS, type WindowSeconds } from '../../store/address/view.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { useAddress, useSession, useView } from '../../store/session/context.ts';
import { MeasureChoice } from './MeasureChoice.tsx';

export function HeatmapControls({ reading, measure }: { reading: Reading | undefined; measure: Measure }) {
  const session = useSession();
  const view = useView();
  const on = reading?.info.config?.measures;
  return (
    <>
      <MeasureChoice
        measures={allMeasures().map((d) => d.name)}
        chosen={measure}
        isOn={(one) => on === undefined || on.includes(one)}
      />
      <select aria-label="CPU" value={view.cpu} onChange={(e) => session.chooseCpu(Number(e.target.value))}>
        <option value={-1}>{t('heatmap.allCpus')}</option>
        {(reading?.cpus ?? []).map((cpu) => (
          <option key={cpu} value={cpu}>
            CPU {cpu}
          </option>
        ))}
      </select>
      <WindowChoice />
    </>
  );
}

export function WindowChoice() {
  const session = useSession();
  const window = useAddress((s) => s.view.window);
  const range = useAddress((s) => s.view.range);
  return (
    <select
      aria-label={t('heatmap.window')}
      value={range === undefined ? (window ?? '') : 'range'}
      onChange={(e) =>
        session.window.choose(e.target.value === '' ? undefined : (Number(e.target.value) as WindowSeconds))
      }
    >
      {range !== undefined && (
        <option value="range">
          {t('heatmap.chosen', { span: span(Math.round((range.to - range.from) / 1e6)) })}
        </option>
      )}
      <option value="">{t('heatmap.auto', { span: span(session.window.seconds()) })}</option>
      {WINDOWS.map((seconds) => (
        <option key={seconds} value={seconds}>
          {span(seconds)}
        </option>
      ))}
    </select>
  );
}
