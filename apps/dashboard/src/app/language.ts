// Chooses the language of the page: that of the address, else the stored one, else the browser's preferred one.
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

export function followLanguage(
  window: Window,
  { address }: Pick<Session, 'address'>,
  storage: Storage | undefined,
): void {
  const fallback: Language = rememberedLanguage(storage) ?? preferredLanguage(window.navigator.languages);
  const apply = (lang: Language | undefined) => {
    const wanted = lang ?? fallback;
    if (wanted === language()) return;
    setLanguage(wanted);
    window.document.documentElement.lang = LANGUAGE_TAGS[wanted];
  };
  apply(address.view.lang);
  address.store.subscribe(({ view: { lang } }, before) => {
    apply(lang);
    if (lang !== undefined && lang !== before.view.lang) rememberLanguage(storage, lang);
  });
}
