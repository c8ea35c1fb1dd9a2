// Who cost others their deadline: the captured spikes by culprit.
import { age, formatDuration } from '@rtprobe/metrics';
import { t } from '../i18n/translate.ts';
import { chosenBudget } from '../store/choice.ts';
import { useReading, useSession, useSessionState } from '../store/context.ts';
import { groupByCulprit } from '../store/spikes.ts';
import { Name } from './Name.tsx';

export function Culprits() {
  const session = useSession();
  const reading = useReading('spikes');
  const view = useSessionState((s) => s.view);
  const spikes = reading?.spikes ?? [];
  const groups = groupByCulprit(spikes);
  const budgetNs = chosenBudget(view, reading);
  const ago = (time: number) => t('culprits.ago', { age: age(((reading?.time ?? time) - time) / 1e6) });
  return (
    <section className="card culprits" aria-label={t('culprits.label')}>
      <header>
        <h2>{t('culprits.title')}</h2>
        <span className="muted small">{t('culprits.subtitle')}</span>
      </header>
      {groups.length === 0 ? (
        <p className="empty muted">{t('culprits.none')}</p>
      ) : (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th>{t('culprits.culprit')}</th>
                <th className="number">{t('culprits.worst')}</th>
                <th className="number">{t('culprits.spikes')}</th>
                <th className="col-victims">{t('culprits.interrupted')}</th>
                <th className="number col-last">{t('culprits.last')}</th>
              </tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <tr key={group.culprit}>
                  <td className="col-culprit">
                    <button type="button" className="plain" onClick={() => session.open(group.worst.id)}>
                      <Name>{group.culprit}</Name>
                    </button>
                  </td>
                  <td className={budgetNs > 0 && group.worst.valueNs > budgetNs ? 'number alarm' : 'number'}>
                    {formatDuration(group.worst.valueNs)}
                  </td>
                  <td className="number">{group.count}</td>
                  <td className="col-victims">
                    <Name>{group.victims[0]!.comm}</Name>
                    {group.victims.length > 1 && <span className="muted"> +{group.victims.length - 1}</span>}
                  </td>
                  <td className="number muted col-last">{ago(group.last.time)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
