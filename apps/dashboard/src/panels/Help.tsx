// The keys, and how to read the page.
import { type PlainKey, t } from '../i18n/translate.ts';
import { useSession, useSessionState } from '../store/context.ts';

const KEYS: readonly (readonly [string, PlainKey])[] = [
  ['␣', 'help.freeze'],
  ['.  ,', 'help.spikes'],
  ['← →', 'help.pan'],
  ['+ −', 'help.zoom'],
  ['m', 'help.worst'],
  ['f', 'help.fit'],
  ['l', 'help.log'],
  ['t', 'help.tables'],
  ['n', 'help.note'],
  ['k', 'help.palette'],
  ['/', 'help.filter'],
  ['Esc', 'help.escape'],
  ['?', 'help.help'],
];

export function Help() {
  const session = useSession();
  const open = useSessionState((s) => s.help);
  if (!open) return null;
  return (
    <section className="popover help" role="dialog" aria-label={t('help.label')}>
      <header>
        <h2>{t('help.keys')}</h2>
        <button type="button" className="plain" onClick={() => session.store.setState({ help: false })}>
          {t('help.close')} <kbd>Esc</kbd>
        </button>
      </header>
      <dl>
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <p className="muted small">{t('help.reading')}</p>
    </section>
  );
}
