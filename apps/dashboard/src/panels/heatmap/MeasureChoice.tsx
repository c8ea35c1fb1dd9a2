// The selection of the measure above a heatmap.
import type { Measure } from '@rtprobe/protocol';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { useSession } from '../../store/session/context.ts';
import { tipOnControl } from '../../ui/tip.ts';

interface Props {
  measures: readonly Measure[];
  chosen: Measure;
  /** Default: all measures are on. */
  isOn?: (measure: Measure) => boolean;
}

export function MeasureChoice({ measures, chosen, isOn = () => true }: Props) {
  const session = useSession();
  return (
    <select
      aria-label={t('heatmap.measure')}
      className="title"
      {...tipOnControl(measureWords(chosen).explanation)}
      value={chosen}
      onChange={(e) => session.address.change({ measure: e.target.value as Measure })}
    >
      {measures.map((measure) => (
        <option key={measure} value={measure}>
          {measureWords(measure).title}
          {isOn(measure) ? '' : ` ${t('heatmap.off')}`}
        </option>
      ))}
    </select>
  );
}
