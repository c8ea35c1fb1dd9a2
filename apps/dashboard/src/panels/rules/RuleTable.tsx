// The rules of a host in the order of their check, with their counts.
import { formatDuration, fullCount, span } from '@rtprobe/metrics';
import type { Rule } from '@rtprobe/protocol';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { matchWords, signalName } from '../../store/rules/rule-form.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { Name } from '../common/Name.tsx';
import { useChange } from '../common/use-change.ts';

function cooldown(ns: number): string {
  return ns >= 1e9 ? span(ns / 1e9) : formatDuration(ns);
}

/** What the rule does at its next hit, what it did, and how long that took. */
function Action({ rule, arm }: { rule: Rule; arm: () => void }) {
  if (rule.action === undefined) return null;
  const { stopTrace, signal, armed, acted, stopNs, signalNs, signalError } = rule.action;
  const what = [
    stopTrace && t('rules.stopsTrace'),
    signal &&
      t('rules.signals', { signal: signalName(signal.number), process: `${signal.pid ?? signal.comm}` }),
    armed ? t('rules.armed') : t('rules.notArmed'),
    acted > 0 && t('rules.acted', { count: fullCount(acted), n: acted }),
    stopNs !== undefined && t('rules.stoppedAfter', { span: formatDuration(stopNs) }),
    signalNs !== undefined && t('rules.signalledAfter', { span: formatDuration(signalNs) }),
  ].filter((text) => typeof text === 'string');
  return (
    <p className="small muted">
      <Name>{what.join(' · ')}</Name>
      {signalError !== undefined && (
        <span className="alarm"> ▲ {t('rules.signalFailed', { errno: signalError })}</span>
      )}{' '}
      {!armed && (
        <button type="button" aria-label={t('rules.armRule', { id: rule.id })} onClick={arm}>
          {t('rules.arm')}
        </button>
      )}
    </p>
  );
}

function Row({ rule, remove, arm }: { rule: Rule; remove: () => void; arm: () => void }) {
  const words = matchWords(rule);
  const limits = [
    rule.rate > 0 && t('rules.rate', { rate: rule.rate }),
    rule.cooldownNs > 0 && t('rules.cooldown', { span: cooldown(rule.cooldownNs) }),
  ].filter((text) => text !== false);
  return (
    <tr>
      <td className="number muted">{rule.id}</td>
      <td className="col-name">
        {rule.measures?.map((m) => measureWords(m).title).join(', ')}{' '}
        {words.length > 0 && (
          <code>
            <Name>{words.join(' ')}</Name>
          </code>
        )}
        {rule.measures === undefined && words.length === 0 && (
          <span className="muted">{t('rules.everything')}</span>
        )}
        {rule.periodNs !== undefined && (
          <p className="small muted">{t('rules.period', { span: formatDuration(rule.periodNs) })}</p>
        )}
        <Action {...{ rule, arm }} />
      </td>
      <td className="number">
        {rule.thresholdNs === 0 ? t('rules.never') : `> ${formatDuration(rule.thresholdNs)}`}
      </td>
      <td className="muted">{rule.capture.join(', ') || '–'}</td>
      <td className="muted">{limits.join(' · ') || '–'}</td>
      <td className="number">{fullCount(rule.hits)}</td>
      <td className={rule.limited > 0 ? 'number alarm' : 'number'}>{fullCount(rule.limited)}</td>
      <td>
        <button type="button" aria-label={t('rules.deleteRule', { id: rule.id })} onClick={remove}>
          {t('rules.delete')}
        </button>
      </td>
    </tr>
  );
}

export function RuleTable({ host, rules }: { host: string; rules: readonly Rule[] }) {
  const change = useChange();
  const remove = (id: number) => change.make({ method: 'DELETE', path: '/rules', query: { host, id } });
  const arm = (id: number) => change.make({ method: 'POST', path: '/rules/arm', body: { host, id } });
  return (
    <section className="card listed" aria-label={t('rules.title')}>
      <header>
        <h2>{t('rules.title')}</h2>
        <span className="muted small">{t('rules.subtitle')}</span>
      </header>
      <ErrorLine error={change.error} />
      {rules.length === 0 ? (
        <p className="empty muted">{t('rules.none')}</p>
      ) : (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th className="number">#</th>
                <th className="col-name">{t('rules.matches')}</th>
                <th className="number">{t('rules.threshold')}</th>
                <th>{t('rules.capture')}</th>
                <th>{t('rules.limits')}</th>
                <th className="number">{t('rules.hits')}</th>
                <th className="number">{t('rules.limited')}</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {rules.map((rule) => (
                <Row key={rule.id} rule={rule} remove={() => remove(rule.id)} arm={() => arm(rule.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
