// Tasks that an interrupt woke, and their latency until they ran.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import { descriptorOf, measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { SourceReading } from '../../store/reading/reading.ts';
import { TaskLink } from '../common/entity-links.tsx';
import { Name } from '../common/Name.tsx';
import { ListCard } from '../table/ListCard.tsx';
import { numberClass } from '../table/over-budget.ts';

export function WokenTasks({ sources, budgetNs }: { sources: readonly SourceReading[]; budgetNs: number }) {
  const woken = sources
    .filter((s) => descriptorOf(s.info.measure).source === 'irq-task')
    .sort((a, b) => b.max - a.max);
  return (
    <ListCard
      title={t('irq.woken')}
      hint={t('irq.wokenHint')}
      columns={[
        { title: t('pages.task') },
        { title: t('pages.max'), className: 'number' },
        { title: 'p99.9', className: 'number' },
        { title: 'n', className: 'number' },
      ]}
      empty={t('irq.nobodyWoken', { measure: measureWords('irq_to_task').title })}
    >
      {woken.map(({ info, max, p999, count }) => (
        <tr key={info.id}>
          <td className="col-name">
            {info.task === undefined ? <Name>{info.label}</Name> : <TaskLink task={info.task} />}
          </td>
          <td className={numberClass(max, budgetNs)}>{formatDuration(max)}</td>
          <td className="number">{p999 === undefined ? '–' : formatDuration(p999)}</td>
          <td className="number">{fullCount(count)}</td>
        </tr>
      ))}
    </ListCard>
  );
}
