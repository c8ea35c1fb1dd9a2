// Says why there is nothing to show, and what to do.
import { t } from '../../i18n/translate.ts';
import { Words } from '../../i18n/Words.tsx';
import { useAddress, useConnection, useHostNames, useSession } from '../../store/session/context.ts';

export function Unreachable() {
  const session = useSession();
  const link = useConnection();
  const hosts = useHostNames();
  const wanted = useAddress((s) => s.view.host);
  if (link.state === 'open' && wanted !== '') {
    return (
      <div className="unreachable">
        <h1>{t('unreachable.noSuchHost')}</h1>
        <p>{t(hosts.length === 0 ? 'unreachable.noHosts' : 'unreachable.hosts')}</p>
        {hosts.map((name) => (
          <button type="button" key={name} onClick={() => session.address.change({ host: name })}>
            {name}
          </button>
        ))}
      </div>
    );
  }
  if (link.state === 'open') {
    return (
      <div className="unreachable">
        <h1>{t('unreachable.noHost')}</h1>
        <p>
          <Words of="unreachable.startSource" with={{ command: <code>npm start</code> }} />
        </p>
      </div>
    );
  }
  if (link.state === 'closed') {
    return (
      <div className="unreachable">
        <h1>{t('unreachable.noBridge')}</h1>
        <p>
          <Words of="unreachable.startBridge" with={{ command: <code>npm start</code> }} />
        </p>
      </div>
    );
  }
  return (
    <div className="unreachable">
      <p className="muted">{t('unreachable.connecting')}</p>
    </div>
  );
}
