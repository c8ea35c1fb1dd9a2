// The interrupt time of a task, by source.
import { formatDuration, fullCount, percent } from '@rtprobe/metrics';
import { partWords, type Stolen, type TaskStat } from '@rtprobe/protocol';
import { measureWords, titleOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { InterruptLink } from '../common/entity-links.tsx';
import { Name } from '../common/Name.tsx';
import { ListCard } from '../table/ListCard.tsx';

export function StolenFrom({ stat }: { stat: TaskStat | undefined }) {
  const { title } = measureWords('stolen');
  const whole = stat === undefined ? 0 : stat.runtimeNs + stat.stolenNs;
  return (
    <ListCard
      title={title}
      hint={t('task.stoleHint')}
      aside={
        stat !== undefined &&
        whole > 0 && (
          <span className="numeral small">
            {formatDuration(stat.stolenNs)} · {percent(stat.stolenNs / whole)}
          </span>
        )
      }
      columns={[
        { title: t('task.by'), className: 'col-name' },
        { title: t('irq.mostAtOnce'), className: 'number' },
        { title, className: 'number' },
        { title: t('irq.ofItsTime'), className: 'number' },
        { title: t('pages.times'), className: 'number' },
      ]}
      empty={t('pages.noStolen', { measure: title })}
    >
      {(stat?.stolen ?? []).map((part) => (
        <StolenRow key={`${part.measure} ${part.number} ${part.name}`} part={part} whole={whole} />
      ))}
    </ListCard>
  );
}

function StolenRow({ part, whole }: { part: Stolen; whole: number }) {
  const { measure } = part;
  return (
    <tr>
      <td className="col-name">
        {measure === undefined ? (
          <Name>{part.label || titleOf(partWords.nmi)}</Name>
        ) : (
          <InterruptLink of={{ ...part, measure }} />
        )}
      </td>
      <td className="number">{formatDuration(part.maxNs)}</td>
      <td className="number">{formatDuration(part.sumNs)}</td>
      <td className="number">{whole > 0 ? percent(part.sumNs / whole) : '–'}</td>
      <td className="number">{fullCount(part.count)}</td>
    </tr>
  );
}
