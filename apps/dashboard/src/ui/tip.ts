// What an element has that says more when the pointer or the keyboard comes to it; Tips.tsx shows it.

/** For an element that is no control: it gets a place in the order of Tab. */
export const tip = (text: string) => ({ ...tipOnControl(text), tabIndex: 0 }) as const;

/** For a button, a link, a field: the keyboard comes to it anyway. */
export const tipOnControl = (text: string) => ({ 'data-tip': text, 'aria-description': text }) as const;
