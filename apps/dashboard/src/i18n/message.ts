// The type of a message: a pair of English and simplified Chinese, so that no key lacks a language.

export type Messages = Readonly<Record<string, readonly [en: string, zh: string]>>;
