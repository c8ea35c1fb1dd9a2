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
import { loaders, texts } from '../i18n/texts.ts';
import type { Session } from '../store/session/session.ts';
import { load } from '../ui/load.ts';

/** Calls `ready` when the texts of the first language are loaded, and again when the language changes. */
export async function followLanguage(
  window: Window,
  { address }: Pick<Session, 'address'>,
  storage: Storage | undefined,
  ready: () => void,
): Promise<void> {
  const fallback: Language = rememberedLanguage(storage) ?? preferredLanguage(window.navigator.languages);
  let latest: Language | undefined;
  const apply = async (lang: Language | undefined) => {
    const wanted = lang ?? fallback;
    latest = wanted;
    try {
      await loadTexts(wanted);
    } catch {
      // The page keeps its language; whoever follows failed loads reports it.
      return;
    }
    if (latest !== wanted || wanted === language()) return;
    setLanguage(wanted);
    window.document.documentElement.lang = LANGUAGE_TAGS[wanted];
    ready();
  };
  address.store.subscribe(({ view: { lang } }, before) => {
    if (lang !== before.view.lang) void apply(lang);
    if (lang !== undefined && lang !== before.view.lang) rememberLanguage(storage, lang);
  });
  await apply(address.view.lang);
  ready();
}

async function loadTexts(wanted: Language): Promise<void> {
  const loader = loaders[wanted];
  if (texts[wanted] === undefined && loader !== undefined) texts[wanted] = await load(loader);
}
