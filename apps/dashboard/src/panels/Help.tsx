// The keys, and how to read the page.
import { useSession, useSessionState } from '../store/context.ts';

const KEYS: readonly (readonly [string, string])[] = [
  ['space', 'freeze and release; data go on behind'],
  ['.  ,', 'next and previous spike'],
  ['← →', 'look at earlier or later times of the run'],
  ['m', 'jump to the worst spike'],
  ['f', 'fit: release and return to the present'],
  ['l', 'distribution with logarithmic latency'],
  ['t', 'charts as tables'],
  ['/', 'filter interrupts'],
  ['Esc', 'close what is open'],
  ['?', 'this help'],
];

export function Help() {
  const session = useSession();
  const open = useSessionState((s) => s.help);
  if (!open) return null;
  return (
    <section className="popover help" role="dialog" aria-label="help">
      <header>
        <h2>Keys</h2>
        <button type="button" className="plain" onClick={() => session.store.setState({ help: false })}>
          close <kbd>Esc</kbd>
        </button>
      </header>
      <dl>
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="muted small">
        Maxima and counts are exact. Percentiles come from buckets at most 6.25 % wide and are shown only
        where the count carries them. Hatched: no data. Orange: over the budget. The latency axis hangs on the
        budget and never moves for a value; what lies above it has an arrow and its number.
      </p>
    </section>
  );
}
