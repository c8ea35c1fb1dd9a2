// Whom an interrupt took time from: what the module summed up over the run by task, else the tasks its spikes hit.
import { formatDuration, fullCount, percent } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import { victimsOf } from '../../store/machine/victims.ts';
import type { SourceReading } from '../../store/reading/reading.ts';
import { useReading } from '../../store/session/context.ts';
import { TaskLink } from '../common/entity-links.tsx';
import { Policy } from '../common/Policy.tsx';

export function InterruptedTasks({ sources }: { sources: readonly SourceReading[] }) {
  const reading = useReading('table');
  const { rows, from } = victimsOf(sources, reading);
  return (
    <section className="card listed" aria-label={t('irq.interrupted')}>
      <header>
        <h2>{t('irq.interrupted')}</h2>
        <span className="muted small">
          {from === 'stolen' ? t('irq.interruptedStolen') : t('irq.interruptedSpikes')}
        </span>
      </header>
      <div className="scroll">
        {rows.length === 0 ? (
          <p className="empty muted">{t('irq.nobody')}</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th>{t('pages.task')}</th>
                <th className="number">{from === 'stolen' ? t('irq.mostAtOnce') : t('pages.worst')}</th>
                <th className="number">{from === 'stolen' ? t('irq.taken') : t('pages.spikes')}</th>
                {from === 'stolen' && <th className="number">{t('irq.ofItsTime')}</th>}
                <th className="number">{t('pages.times')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.task.pid} ${row.task.startNs}`}>
                  <td className="col-name">
                    <TaskLink task={row.task} />
                    <Policy task={row.task} />
                  </td>
                  <td className="number">{formatDuration(row.maxNs)}</td>
                  <td className="number">
                    {from === 'stolen' ? formatDuration(row.sumNs) : fullCount(row.count)}
                  </td>
                  {from === 'stolen' && (
                    <td className="number">{row.share === undefined ? '–' : percent(row.share)}</td>
                  )}
                  <td className="number">{fullCount(row.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
