// Texts in both languages. Each is built once, from an English and a Chinese template that stand side by side.

/** The same statement in English and in Chinese (simplified). */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** What a hole of a template takes; a string or a number, such as a name, is the same in both languages. */
export type TextValue = Text | string | number;

type HolesOf<Template extends string> = Template extends `${string}{${infer Hole}}${infer Rest}`
  ? Hole | HolesOf<Rest>
  : never;
type Values<En extends string, Zh extends string> = [HolesOf<En | Zh>] extends [never]
  ? []
  : [values: Readonly<Record<HolesOf<En | Zh>, TextValue>>];

const HOLE = /\{(\w+)\}/;

const HAN_ENDS = /\p{Script=Han}$/u;
const HAN_BEGINS = /^\p{Script=Han}/u;
/** Characters that need no space beside them. */
const OPEN_ENDS = /[\s，。；：、（）]$/u;
const OPEN_BEGINS = /^[\s，。；：、（）]/u;

/** Chinese puts a space beside a name, a symbol or a number, and none between Chinese characters. */
function needsSpace(before: string, after: string): boolean {
  if (before === '' || after === '' || OPEN_ENDS.test(before) || OPEN_BEGINS.test(after)) return false;
  return !(HAN_ENDS.test(before) && HAN_BEGINS.test(after));
}

const inLanguage = (words: TextValue, language: keyof Text): string =>
  typeof words === 'object' ? words[language] : String(words);

/** Replaces every `{name}`. Braces in a value, which can be hostile text, stay as they are. */
function fill(template: string, language: keyof Text, values: Readonly<Record<string, TextValue>>): string {
  return template.split(HOLE).reduce((done, piece, i) => {
    const next = i % 2 === 0 ? piece : inLanguage(values[piece]!, language);
    return language === 'zh' && needsSpace(done, next) ? `${done} ${next}` : `${done}${next}`;
  }, '');
}

/**
 * Returns `text('{task} ran', '{task}运行', { task })`. Chinese templates have no spaces around holes: they are added
 * where the value needs them.
 */
export function text<En extends string, Zh extends string>(
  en: En,
  zh: Zh,
  ...[values]: Values<En, Zh>
): Text {
  const filled: Readonly<Record<string, TextValue>> = values ?? {};
  return { en: fill(en, 'en', filled), zh: fill(zh, 'zh', filled) };
}

/** Returns the list with a separator of each language; Chinese separators are full-width. */
export const joined = (list: readonly TextValue[], en: string, zh: string): Text => ({
  en: list.map((words) => inLanguage(words, 'en')).join(en),
  zh: list.map((words) => inLanguage(words, 'zh')).join(zh),
});

/** Returns a title of the protocol; one without Chinese is shown in English. */
export const titleText = ({
  title,
  zh,
}: {
  readonly title: string;
  readonly zh?: { readonly title: string };
}): Text => ({
  en: title,
  zh: zh?.title ?? title,
});
