// Alerts: the channels of the bridge, whether they work, and what they sent.
import { span } from '@rtprobe/metrics';
import type { AlertChannel, AlertMessage, AlertState } from '@rtprobe/protocol';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { Name } from '../common/Name.tsx';
import { type Changing, useChange } from '../common/use-change.ts';
import { useRemote } from '../common/use-remote.ts';
import { ListCard } from '../table/ListCard.tsx';

const EVERY_MS = 5000;
const MESSAGES_MAX = 10;

function ChannelRow({ channel, change }: { channel: AlertChannel; change: Changing }) {
  const { name, type, target, on, sent, failed, suppressed, waiting, lastSentAt, error } = channel;
  const test = { method: 'POST', path: '/alerts/test', body: { channel: name } } as const;
  return (
    <tr>
      <td>
        <Name>{name}</Name>
      </td>
      <td className="col-name">
        {type} · <Name>{target}</Name>
        {error !== undefined && (
          <p className="alarm small">
            ▲ <Name>{error}</Name>
          </p>
        )}
      </td>
      <td className="col-spare">{on.map((kind) => t(`alerts.kind.${kind}`)).join(', ')}</td>
      <td className="number">{sent}</td>
      <td className={failed > 0 ? 'number alarm' : 'number'}>{failed}</td>
      <td className="number col-spare">{suppressed}</td>
      <td className="number col-spare">{waiting}</td>
      <td className="numeral col-spare">{lastSentAt === undefined ? '–' : dateTime(lastSentAt)}</td>
      <td>
        <button type="button" disabled={change.busy} onClick={() => void change.make(test)}>
          {t('alerts.test')}
        </button>
      </td>
    </tr>
  );
}

function Facts({ state }: { state: AlertState }) {
  const { quiet, held, details, deadMan } = state;
  return (
    <p className="muted small alert-facts">
      {(quiet || held > 0) && <span>{t('alerts.quiet', { count: held })}</span>}
      {deadMan !== undefined && (
        <span>{t('alerts.deadMan', { channel: deadMan.channel, span: span(deadMan.everyMs / 1000) })}</span>
      )}
      {details && <span>{t('alerts.details')}</span>}
    </p>
  );
}

function MessageRow({ message }: { message: AlertMessage }) {
  const { time, title, channels } = message;
  return (
    <li>
      <span className="muted numeral">{dateTime(time)}</span> <Name>{title}</Name>{' '}
      <span className="muted">→ {channels.length === 0 ? t('alerts.nobody') : channels.join(', ')}</span>
    </li>
  );
}

export function AlertsCard() {
  const { value } = useRemote<AlertState>('/alerts', {}, { everyMs: EVERY_MS });
  const change = useChange();
  if (value === undefined) return null;
  const shown = value.recent.slice(0, MESSAGES_MAX);
  return (
    <>
      <ListCard
        title={t('alerts.title')}
        hint={value.enabled ? t('alerts.on') : ''}
        columns={[
          { title: t('alerts.channel') },
          { title: t('alerts.target'), className: 'col-name' },
          { title: t('alerts.kinds'), className: 'col-spare' },
          { title: t('alerts.sent'), className: 'number' },
          { title: t('alerts.failed'), className: 'number' },
          { title: t('alerts.suppressed'), className: 'number col-spare' },
          { title: t('alerts.waiting'), className: 'number col-spare' },
          { title: t('alerts.newest'), className: 'col-spare' },
          { title: t('alerts.action') },
        ]}
        empty={t('alerts.off')}
      >
        {value.channels.map((channel) => (
          <ChannelRow key={channel.name} {...{ channel, change }} />
        ))}
      </ListCard>
      {value.enabled && (
        <section className="card" aria-label={t('alerts.messages')}>
          <header>
            <h2>{t('alerts.messages')}</h2>
          </header>
          <Facts state={value} />
          <ErrorLine error={change.error} />
          {change.done && <p className="small alert-facts">{t('alerts.tested')}</p>}
          {shown.length === 0 && <p className="empty muted">{t('alerts.noMessages')}</p>}
          <ol className="alert-messages small">
            {shown.map((message) => (
              <MessageRow key={`${message.time}/${message.title}`} message={message} />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}
