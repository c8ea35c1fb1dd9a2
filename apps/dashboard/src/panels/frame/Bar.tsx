import { LANGUAGE_NAMES, LANGUAGE_TAGS, LANGUAGES, language } from '../../i18n/language.ts';
import { t } from '../../i18n/translate.ts';
import { mainPageOf } from '../../store/address/route.ts';
import { THEMES, type ThemeName } from '../../store/address/view.ts';
import {
  useAddress,
  useIsFrozen,
  useNewIncidents,
  useOverlays,
  useReading,
  useSession,
} from '../../store/session/context.ts';
import { BarFigures } from './BarFigures.tsx';
import { HostChoice, HostFacts } from './BarHost.tsx';
import { LostBreakdown } from './LostBreakdown.tsx';
import { Navigation, pageTitle } from './Navigation.tsx';
import { StatusWord } from './StatusWord.tsx';
import { useStatus } from './use-status.ts';

function FreezeButton() {
  const session = useSession();
  const frozen = useIsFrozen();
  const behind = useNewIncidents();
  return (
    <button type="button" aria-pressed={frozen} onClick={() => session.screen.toggle()}>
      {t(frozen ? 'bar.resume' : 'bar.freeze')}
      {behind > 0 && <span className="alarm"> +{behind}</span>} <kbd>{t('bar.space')}</kbd>
    </button>
  );
}

/** Offers the other language by its own name. */
function LanguageButton() {
  const session = useSession();
  const other = LANGUAGES[(LANGUAGES.indexOf(language()) + 1) % LANGUAGES.length]!;
  return (
    <button type="button" lang={LANGUAGE_TAGS[other]} onClick={() => session.address.change({ lang: other })}>
      {LANGUAGE_NAMES[other]}
    </button>
  );
}

/** The heading of a page for screen readers; pages with one subject have a visible one. */
function Heading() {
  const route = useAddress((s) => s.view.route);
  const main = mainPageOf(route);
  return route.page === main ? <h1 className="sr-only">{pageTitle(main)}</h1> : null;
}

export function Bar() {
  const session = useSession();
  const reading = useReading('bar');
  const theme = useAddress((s) => s.view.theme);
  const lostOpen = useOverlays((s) => s.losses);
  const now = useStatus();
  return (
    <header className="bar">
      {reading !== undefined && <Heading />}
      <strong className="brand">rtprobe</strong>
      <HostChoice reading={reading} />
      <Navigation />
      {reading !== undefined && <HostFacts reading={reading} />}
      <span className="spring" />
      {reading !== undefined && <BarFigures reading={reading} />}
      <StatusWord word={now.word} />
      <FreezeButton />
      <button type="button" onClick={() => session.address.change({ theme: nextTheme(theme) })}>
        <span aria-hidden="true">◐</span> {t(`bar.theme.${theme ?? 'auto'}`)}
        <span className="sr-only"> {t('bar.themeSwitch')}</span>
      </button>
      <LanguageButton />
      <button
        type="button"
        className="help-open"
        aria-label={t('bar.help')}
        onClick={() => session.overlays.open('help')}
      >
        <kbd>?</kbd>
      </button>
      {lostOpen && reading?.stats !== undefined && <LostBreakdown stats={reading.stats} />}
    </header>
  );
}

/** Returns the next theme: the system's preference, then each theme in turn. */
function nextTheme(theme: ThemeName | undefined): ThemeName | undefined {
  return THEMES[theme === undefined ? 0 : THEMES.indexOf(theme) + 1];
}
