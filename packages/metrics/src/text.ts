// Names of tasks and interrupts are hostile text: a program can give itself any name.

/**
 * Returns the name with invisible and direction-changing characters replaced by their code points. The renderer escapes
 * markup.
 */
export function visibleText(name: string): string {
  return name.replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`,
  );
}
