// The incidents grouped by cause.
import { age, formatDuration } from '@rtprobe/metrics';
import { deviceText } from '@rtprobe/trace';
import { causeName } from '../../i18n/causes.ts';
import { t } from '../../i18n/translate.ts';
import { chosenBudget } from '../../store/reading/defaults.ts';
import { useAddress, useReading, useSession, useView } from '../../store/session/context.ts';
import { groupByCause } from '../../store/spikes/cause-groups.ts';
import { incidentEntries } from '../../store/spikes/incidents.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { Name } from '../common/Name.tsx';
import { numberClass } from '../table/over-budget.ts';
import { TasksPanel } from './TasksPanel.tsx';

const TABS = ['causes', 'caused', 'suffered'] as const;

export function CausesPanel() {
  const session = useSession();
  const tab = useAddress((s) => s.view.tab);
  const shown = tab === 'caused' || tab === 'suffered' ? tab : 'causes';
  const titles = {
    causes: t('topCauses.title'),
    caused: t('tasks.caused'),
    suffered: t('tasks.suffered'),
  };
  const hints = {
    causes: t('topCauses.subtitle'),
    caused: t('tasks.whoCaused'),
    suffered: t('tasks.whoSuffered'),
  };
  return (
    <section className="card causes-panel" aria-label={t('topCauses.label')}>
      <header>
        <h2 className="sr-only for-kiosk">{titles[shown]}</h2>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            className="tab"
            {...tipOnControl(hints[name])}
            aria-pressed={shown === name}
            onClick={() => session.address.change({ tab: name === 'causes' ? undefined : name })}
          >
            {titles[name]}
          </button>
        ))}
      </header>
      {shown === 'causes' ? <Groups /> : <TasksPanel role={shown} />}
    </section>
  );
}

function Groups() {
  const session = useSession();
  const reading = useReading('spikes');
  const view = useView();
  const groups = groupByCause(incidentEntries(reading?.incidents ?? [], reading?.spikes ?? []));
  const budgetNs = chosenBudget(view, reading);
  // Incidents arrive before the first frame, whose time is now.
  const now = reading?.time ?? 0;
  const ago = (time: number) => (now === 0 ? '–' : t('pages.ago', { age: age((now - time) / 1e6) }));
  if (groups.length === 0) return <p className="empty muted">{t('pages.noIncidents')}</p>;
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th>{t('topCauses.cause')}</th>
            <th className="number">{t('topCauses.worst')}</th>
            <th className="number">{t('topCauses.incidents')}</th>
            <th className="col-victims">{t('topCauses.interrupted')}</th>
            <th className="number col-last">{t('topCauses.last')}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.cause}>
              <td className="col-cause">
                <button
                  type="button"
                  className="plain"
                  {...tipOnControl(group.worst.device && deviceText(group.worst.device))}
                  onClick={() => session.spikes.open(group.worst.primary)}
                >
                  <Name>{causeName(group.cause)}</Name>
                </button>
              </td>
              <td className={numberClass(group.worst.valueNs, budgetNs)}>
                {formatDuration(group.worst.valueNs)}
              </td>
              <td className="number">{group.count}</td>
              <td className="col-victims">
                <Name>{group.victims[0]?.comm ?? ''}</Name>
                {group.victims.length > 1 && <span className="muted"> +{group.victims.length - 1}</span>}
              </td>
              <td className="number muted col-last">{ago(group.last.time)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
