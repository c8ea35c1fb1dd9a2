// The shape of a message: a pair, English and Chinese (simplified), so that no key can lack a language.

export type Messages = Readonly<Record<string, readonly [en: string, zh: string]>>;
