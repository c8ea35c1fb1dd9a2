// Where the time of a spike went: its parts as one bar and as a list, largest first.
import { formatDuration, percent } from '@rtprobe/metrics';
import { measureOfPart, partWords, type Spike, type SpikePart } from '@rtprobe/protocol';
import { titleOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { InterruptLink } from '../common/entity-links.tsx';
import { Name } from '../common/Name.tsx';

function PartName({ part }: { part: SpikePart }) {
  const { kind, label, name, number } = part;
  const measure = measureOfPart(kind);
  if (measure !== undefined) return <InterruptLink of={{ measure, number, label, name }} />;
  return <Name>{label}</Name>;
}

/** A part that is nothing but its kind goes by the kind's title in the page's language. */
function labelOf({ kind, label }: SpikePart): string {
  const words = partWords[kind];
  return label === words?.title ? titleOf(words) : label;
}

export function PartsBar({ spike }: { spike: Spike }) {
  const { valueNs } = spike;
  const parts = spike.parts?.map((part) => ({ ...part, label: labelOf(part) }));
  if (parts === undefined || parts.length === 0) return <p className="muted small">{t('autopsy.noParts')}</p>;
  const unaccounted = parts.find((part) => part.kind === 'unaccounted')?.durationNs ?? 0;
  return (
    <>
      <div className="parts-bar" aria-hidden="true">
        {parts.map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a spike do not change
          <i key={i} className={`kind-${part.kind}`} style={{ flexGrow: part.durationNs }} title={part.label}>
            <span>
              {part.durationNs / valueNs > 0.12 ? `${part.label} · ${formatDuration(part.durationNs)}` : ''}
            </span>
          </i>
        ))}
      </div>
      <ul className="parts-list">
        {parts.map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a spike do not change
          <li key={i}>
            <i className={`key kind-${part.kind}`} aria-hidden="true" /> <PartName part={part} />{' '}
            <b className="numeral">{formatDuration(part.durationNs)}</b>{' '}
            {part.count > 1 && <span className="muted">{t('autopsy.times', { n: part.count })}</span>}
          </li>
        ))}
      </ul>
      <p className="muted small numeral">
        {t('autopsy.sum', { value: formatDuration(parts.reduce((sum, part) => sum + part.durationNs, 0)) })} ·{' '}
        {t('autopsy.unaccounted', {
          value: formatDuration(unaccounted),
          share: percent(unaccounted / valueNs),
        })}
      </p>
      {spike.partsIncomplete === true && <p className="small alarm">{t('autopsy.incomplete')}</p>}
    </>
  );
}
