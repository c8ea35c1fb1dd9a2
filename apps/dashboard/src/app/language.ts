// The language of the page: what the address says, else what this browser chose before, else what it prefers.
import {
  LANGUAGE_TAGS,
  type Language,
  language,
  preferredLanguage,
  rememberedLanguage,
  rememberLanguage,
  setLanguage,
} from '../i18n/language.ts';
import type { Session } from '../store/session/session.ts';

export function followLanguage(window: Window, session: Session, storage: Storage | undefined): void {
  const fallback: Language = rememberedLanguage(storage) ?? preferredLanguage(window.navigator.languages);
  const apply = ({ view }: Session['state']) => {
    const wanted = view.lang ?? fallback;
    if (wanted === language()) return;
    setLanguage(wanted);
    window.document.documentElement.lang = LANGUAGE_TAGS[wanted];
  };
  apply(session.state);
  session.store.subscribe((state, before) => {
    apply(state);
    if (state.view.lang !== undefined && state.view.lang !== before.view.lang) {
      rememberLanguage(storage, state.view.lang);
    }
  });
}
