// Attributes of an element with a tooltip; Tips.tsx shows it.

/** Returns the attributes for an element that is not a control: it becomes focusable. Returns none without a text. */
export const tip = (text: string | undefined) =>
  text === undefined ? {} : ({ ...tipOnControl(text), tabIndex: 0 } as const);

/** Returns the attributes for a button, link or field, which is focusable already. */
export const tipOnControl = (text: string | undefined) =>
  text === undefined ? {} : ({ 'data-tip': text, 'aria-description': text } as const);
