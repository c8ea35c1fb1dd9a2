// Nothing to show: why, and what to do.
import { useSession, useSessionState } from '../store/context.ts';

export function Unreachable() {
  const session = useSession();
  const link = useSessionState((s) => s.link);
  const hosts = useSessionState((s) => s.hosts);
  const wanted = useSessionState((s) => s.view.host);
  if (link.state === 'open' && wanted !== '') {
    return (
      <div className="unreachable">
        <h1>No host of that name</h1>
        <p>The bridge follows {hosts.length === 0 ? 'no host at all' : 'these'}:</p>
        {hosts.map((name) => (
          <button type="button" key={name} onClick={() => session.look({ host: name })}>
            {name}
          </button>
        ))}
      </div>
    );
  }
  if (link.state === 'open') {
    return (
      <div className="unreachable">
        <h1>The bridge follows no host</h1>
        <p>
          Start it with a source: <code>npm start</code> takes this machine’s module or a lab guest.
        </p>
      </div>
    );
  }
  if (link.state === 'closed') {
    return (
      <div className="unreachable">
        <h1>The bridge does not answer</h1>
        <p>
          Start it with <code>npm start</code>. This page connects by itself as soon as it is there.
        </p>
      </div>
    );
  }
  return (
    <div className="unreachable">
      <p className="muted">connecting…</p>
    </div>
  );
}
