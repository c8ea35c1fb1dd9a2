// The settings of the host during a test run, and every change of them.
import type { TestRun } from '@rtprobe/protocol';
import { clockTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { Name } from '../common/Name.tsx';
import { Scroll } from '../common/Scroll.tsx';
import { settingName } from './setting-name.ts';

export function Settings({ run: { settings, changes, state } }: { run: TestRun }) {
  const all = Object.entries(settings);
  return (
    <section className="card listed">
      <header>
        <h2>{t('testRuns.settings')}</h2>
        <span className={changes.length > 0 ? 'alarm small' : 'muted small'}>
          {t('testRuns.changed', { count: changes.length, n: changes.length })}
        </span>
      </header>
      <Scroll label={t('testRuns.settings')}>
        {all.length === 0 && (
          <p className="empty muted">
            {t(state === 'imported' ? 'testRuns.noSettings' : 'testRuns.settingsUnread')}
          </p>
        )}
        <table>
          <tbody>
            {changes.map(({ time, name, before = '–', after = '–' }) => (
              <tr key={`${time} ${name}`}>
                <th scope="row">
                  ▲ {settingName(name)} <span className="muted small numeral">{clockTime(time)}</span>
                </th>
                <td className="setting">
                  <Name>{before}</Name> → <Name>{after}</Name>
                </td>
              </tr>
            ))}
            {all.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{settingName(name)}</th>
                <td className="setting">
                  <Name>{value}</Name>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
