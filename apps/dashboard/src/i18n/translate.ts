// Words on the screen. `t('key', { name: value })` gives the message in the page's language with its holes filled.
//
// Holes are `{name}`; `{n|value|values}` gives the first form where the language's plural rule for the number `n` is
// "one", else the second. Units keep their international symbols in both languages.
import { language, locale } from './language.ts';
import type { messages } from './messages/index.ts';
import { type Key, texts } from './texts.ts';

export type { Key };

type HoleOf<Hole extends string> = Hole extends `${infer Name}|${string}` ? Name : Hole;
type HolesOf<Text extends string> = Text extends `${string}{${infer Hole}}${infer Rest}`
  ? HoleOf<Hole> | HolesOf<Rest>
  : never;
/** Names of the holes in the English text of a message. */
export type Holes<K extends Key> = HolesOf<(typeof messages)[K][0]>;
export type Arguments<K extends Key, Value> = [Holes<K>] extends [never]
  ? []
  : [values: Readonly<Record<Holes<K>, Value>>];

/** Keys of messages without holes, which `t` takes without values. */
export type PlainKey = { [K in Key]: [Holes<K>] extends [never] ? K : never }[Key];

/** The message's text before its holes are filled; English while the texts of the language are not loaded. */
export function template(key: Key): string {
  return (texts[language()] ?? texts.en)[key];
}

export const HOLE = /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g;

const rules = new Map<string, Intl.PluralRules>();

/** Returns the form that the plural rule of the language demands for `n`. */
export function plural(n: number, one: string, other: string): string {
  let rule = rules.get(locale());
  if (rule === undefined) {
    rule = new Intl.PluralRules(locale());
    rules.set(locale(), rule);
  }
  return rule.select(n) === 'one' ? one : other;
}

export function t<K extends Key>(key: K, ...[values]: Arguments<K, string | number>): string {
  const held: Readonly<Record<string, string | number>> = values ?? {};
  return template(key).replace(HOLE, (_, name: string, one?: string, other?: string) => {
    const value = held[name] ?? '';
    return one === undefined ? String(value) : plural(Number(value), one, other ?? '');
  });
}
