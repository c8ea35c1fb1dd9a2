// What an element has that says more when the pointer or the keyboard comes to it; Tips.tsx shows it.

/** For an element that is no control: it gets a place in the order of Tab. Without words it gets nothing. */
export const tip = (text: string | undefined) =>
  text === undefined ? {} : ({ ...tipOnControl(text), tabIndex: 0 } as const);

/** For a button, a link, a field: the keyboard comes to it anyway. */
export const tipOnControl = (text: string | undefined) =>
  text === undefined ? {} : ({ 'data-tip': text, 'aria-description': text } as const);
