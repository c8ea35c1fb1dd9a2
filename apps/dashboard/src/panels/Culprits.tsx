// Who cost others their deadline: the captured spikes by culprit.
import { age, formatDuration } from '@rtprobe/metrics';
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
  const ago = (time: number) => `${age(((reading?.time ?? time) - time) / 1e6)} ago`;
  return (
    <section className="card culprits" aria-label="culprits">
      <header>
        <h2>Culprits</h2>
        <span className="muted small">who cost time, and whom</span>
      </header>
      {groups.length === 0 ? (
        <p className="empty muted">No spike has been captured, so nobody is to blame.</p>
      ) : (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th>culprit</th>
                <th className="number">worst</th>
                <th className="number">spikes</th>
                <th className="col-victims">interrupted</th>
                <th className="number col-last">last</th>
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
