// What is measured, how to read the page, and the keys.
import { measureWords } from '../../i18n/measures.ts';
import { type PlainKey, t } from '../../i18n/translate.ts';
import {
  useLogin,
  useOfferedMeasures,
  usePreferences,
  useReading,
  useSession,
} from '../../store/session/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';

const KEYS: readonly (readonly [string, PlainKey])[] = [
  ['␣', 'help.freeze'],
  ['.  ,', 'help.spikes'],
  ['← →', 'help.pan'],
  ['␣ ← →', 'help.replay'],
  ['+ −', 'help.zoom'],
  ['m', 'help.worst'],
  ['f', 'help.fit'],
  ['l', 'help.log'],
  ['t', 'help.tables'],
  ['o', 'help.report'],
  ['e E', 'help.picture'],
  ['p', 'help.perfetto'],
  ['n', 'help.note'],
  ['k', 'help.palette'],
  ['/', 'help.filter'],
  ['Esc', 'help.escape'],
  ['?', 'help.help'],
];

const READING: readonly (readonly [PlainKey, PlainKey])[] = [
  ['help.verdict', 'help.verdictText'],
  ['help.heatmap', 'help.heatmapText'],
  ['help.spike', 'help.spikeText'],
  ['help.exact', 'help.exactText'],
  ['help.missing', 'help.missingText'],
];

/** The measures of this host, those that are off after those that are on. */
function Measures() {
  const { measures = [], all = [] } = useMeasures();
  const sorted = all.toSorted((a, b) => Number(measures.includes(b)) - Number(measures.includes(a)));
  return (
    <dl className="terms">
      {sorted.map((measure) => (
        <div key={measure}>
          <dt>
            {measureWords(measure).title}
            {!measures.includes(measure) && <span className="muted"> {t('heatmap.off')}</span>}
          </dt>
          <dd>{measureWords(measure).explanation}</dd>
        </div>
      ))}
    </dl>
  );
}

function useMeasures() {
  const config = useReading('bar')?.info.config;
  const offered = useOfferedMeasures();
  return { measures: config?.measures, all: offered };
}

function KeyList() {
  const session = useSession();
  const off = usePreferences((s) => s.keysOff);
  return (
    <>
      <dl className="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <p>
        <button type="button" aria-pressed={!off} onClick={() => session.preferences.set({ keysOff: !off })}>
          {t(off ? 'help.keysAreOff' : 'help.keysAreOn')}
        </button>{' '}
        <span className="muted small">{t('help.keysWhy')}</span>
      </p>
    </>
  );
}

/** The role of this browser's session, and the button that ends it. */
function SessionLine() {
  const session = useSession();
  const login = useLogin();
  if (login.state !== 'in') return null;
  const logOut = () => {
    session.overlays.close('help');
    session.login.leave().catch((error: unknown) => session.error(String(error)));
  };
  return (
    <>
      <h3>{t('login.session')}</h3>
      <p>
        {t(login.role === 'operator' ? 'login.asOperator' : 'login.asViewer')}{' '}
        <button type="button" onClick={logOut}>
          {t('login.logOut')}
        </button>
      </p>
    </>
  );
}

export function HelpDialog() {
  const session = useSession();
  return (
    <Dialog
      title={t('help.title')}
      label={t('help.label')}
      className="help"
      onClose={() => session.overlays.close('help')}
    >
      <p>{t('help.purpose')}</p>
      <h3>{t('help.measures')}</h3>
      <Measures />
      <h3>{t('help.howToRead')}</h3>
      <dl className="terms">
        {READING.map(([term, text]) => (
          <div key={term}>
            <dt>{t(term)}</dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
      <h3>{t('help.keys')}</h3>
      <KeyList />
      <SessionLine />
    </Dialog>
  );
}
