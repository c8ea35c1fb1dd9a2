// Tasks that an interrupt took time from: the module's sums over the run, else the tasks of its spikes.
import { formatDuration, fullCount, percent } from '@rtprobe/metrics';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { victimsOf } from '../../store/machine/victims.ts';
import type { SourceReading } from '../../store/reading/reading.ts';
import { useReading } from '../../store/session/context.ts';
import { TaskLink } from '../common/entity-links.tsx';
import { Policy } from '../common/Policy.tsx';
import { ListCard } from '../table/ListCard.tsx';

export function InterruptedTasks({ sources }: { sources: readonly SourceReading[] }) {
  const reading = useReading('table');
  const { rows, from } = victimsOf(sources, reading);
  const summed = from === 'stolen';
  return (
    <ListCard
      title={t('irq.interrupted')}
      hint={summed ? t('irq.interruptedStolen') : t('irq.interruptedSpikes')}
      columns={[
        { title: t('pages.task') },
        { title: summed ? t('irq.mostAtOnce') : t('pages.worst'), className: 'number' },
        { title: summed ? measureWords('stolen').title : t('pages.spikes'), className: 'number' },
        ...(summed ? [{ title: t('irq.ofItsTime'), className: 'number' }] : []),
        { title: t('pages.times'), className: 'number' },
      ]}
      empty={t('irq.nobody')}
    >
      {rows.map((row) => (
        <tr key={`${row.task.pid} ${row.task.startNs}`}>
          <td className="col-name">
            <TaskLink task={row.task} />
            <Policy task={row.task} />
          </td>
          <td className="number">{formatDuration(row.maxNs)}</td>
          <td className="number">{summed ? formatDuration(row.sumNs) : fullCount(row.count)}</td>
          {summed && <td className="number">{row.share === undefined ? '–' : percent(row.share)}</td>}
          <td className="number">{fullCount(row.count)}</td>
        </tr>
      ))}
    </ListCard>
  );
}
