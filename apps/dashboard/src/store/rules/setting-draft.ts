// The text in the field of a setting while it is not in effect: edited, or refused.

export interface SettingDraft {
  readonly text: string;
  /** Who refused the text; undefined while it is edited. */
  readonly refusedBy?: 'field' | 'bridge';
}

/**
 * Applies a draft. Returns undefined if its value is in effect now, and otherwise the refused draft. `set` resolves to
 * true if the bridge made the change.
 */
export async function applyDraft<T>(
  { text }: SettingDraft,
  parse: (text: string) => T | undefined,
  set: (value: T) => Promise<boolean>,
): Promise<SettingDraft | undefined> {
  const value = parse(text);
  if (value === undefined) return { text, refusedBy: 'field' };
  return (await set(value)) ? undefined : { text, refusedBy: 'bridge' };
}
