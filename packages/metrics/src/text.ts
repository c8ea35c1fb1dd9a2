// Names of tasks and interrupts are hostile text: whoever may name a process may name it anything.

/**
 * The name with everything invisible or direction-changing written out as its code point, so that what is read
 * is what is there. Markup is the renderer's to escape.
 */
export function visibleText(name: string): string {
  return name.replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`,
  );
}
