// What is expected of CPUs, whether it holds, and a form to add an expectation.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import type { Expectation, HostInfo, Isolation } from '@rtprobe/protocol';
import { type FormEvent, useState } from 'react';
import { dateTime } from '../../i18n/dates.ts';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/translate.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { Link } from '../common/Link.tsx';
import { type Changing, useChange } from '../common/use-change.ts';
import { ExpectationVerdict } from './ExpectationVerdict.tsx';

interface Props {
  info: HostInfo;
  isolation: Isolation;
}

export function Expectations({ info, isolation }: Props) {
  const change = useChange();
  const [text, setText] = useState('');
  const isFixed = info.state === 'replay' || info.state === 'offline' || change.busy;
  const { host } = info;
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const made = await change.make({ method: 'POST', path: '/expectations', body: { host, text } });
    if (made) setText('');
  };
  return (
    <section className="card" aria-label={t('isolation.expectations')}>
      <header>
        <h2>{t('isolation.expectations')}</h2>
        <span className="muted small">{t('isolation.expectationsHint')}</span>
      </header>
      {isolation.expectations.length === 0 && <p className="page-note muted">{t('isolation.none')}</p>}
      <ul className="expectations">
        {isolation.expectations.map((one) => (
          <One key={one.id} isLive={info.state === 'live'} {...{ one, isolation, change, isFixed }} />
        ))}
      </ul>
      <form className="form-line" onSubmit={add}>
        <label className="expect-field">
          <span className="muted">{t('isolation.expect')}</span>{' '}
          <input
            value={text}
            maxLength={255}
            required
            placeholder="quiet on 2-3 above 5us"
            onChange={(e) => setText(e.target.value)}
            {...tipOnControl(t('isolation.expectHint'))}
          />
        </label>
        <button type="submit" disabled={isFixed}>
          {t('isolation.add')}
        </button>
      </form>
      <ErrorLine error={change.error} />
    </section>
  );
}

interface OneProps {
  one: Expectation;
  isolation: Isolation;
  change: Changing;
  isLive: boolean;
  isFixed: boolean;
}

function One({ one, isolation, change, isLive, isFixed }: OneProps) {
  const { host } = isolation;
  const { id, text, breaches, uncaptured, others, last } = one;
  const again = () => void change.make({ method: 'POST', path: '/expectations', body: { host, text } });
  const remove = () => void change.make({ method: 'DELETE', path: '/expectations', query: { host, id } });
  return (
    <li>
      <div className="form-line">
        <code>{text}</code>
        <ExpectationVerdict {...{ one, isolation, isLive }} />
        {uncaptured > 0 && (
          <span className="muted small">{t('isolation.uncaptured', { count: fullCount(uncaptured) })}</span>
        )}
        <span className="spring" />
        {breaches > 0 && (
          <button
            type="button"
            disabled={isFixed}
            {...tipOnControl(t('isolation.againHint'))}
            onClick={again}
          >
            {t('isolation.again')}
          </button>
        )}
        <button type="button" disabled={isFixed} onClick={remove}>
          {t('isolation.remove')}
        </button>
      </div>
      {others > 0 && (
        <p className="page-note small">{t('isolation.others', { count: fullCount(others), n: others })}</p>
      )}
      {last !== undefined && (
        <p className="page-note small">
          <span className="muted numeral">
            {t('isolation.lastBreach', { cpu: last.cpu, time: dateTime(last.time) })} ·{' '}
            {formatDuration(last.valueNs)}
          </span>{' '}
          {language() === 'zh' ? (last.zh ?? last.sentence) : last.sentence}{' '}
          <Link to={{ page: 'incident', id: last.incident }} className="link to-incident">
            {t('isolation.openIncident')}
          </Link>
        </p>
      )}
    </li>
  );
}
