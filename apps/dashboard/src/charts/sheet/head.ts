// The head of a sheet: the subject, and its most important value.
import { type Block, flow, type Style, type TextStyle, widthOf, write } from './block.ts';
import { CONTENT_WIDTH } from './sheet.ts';

/** The first line of a sheet. */
export function topBlock(style: Style, words: readonly string[]): Block {
  const { theme } = style;
  const brand: TextStyle = { size: 15, weight: 700, colour: theme.text };
  const muted: TextStyle = { size: 13.5, colour: theme.muted };
  const groups = [[{ text: 'rtprobe', type: brand }], [{ text: words.join('  ·  '), type: muted }]];
  return flow(style, groups, CONTENT_WIDTH, { inside: 0, between: 16 });
}

const LEAST = 60;

/** A large value, and beside it the block that `make` returns for the remaining width. */
export function valueBlock(
  style: Style,
  value: string,
  colour: string,
  make: (width: number) => Block,
): Block {
  const large: TextStyle = { size: 52, weight: 700, colour };
  const left = widthOf(style, large, value) + 30;
  const words = make(CONTENT_WIDTH - left);
  return {
    height: Math.max(LEAST, words.height),
    paint: (pen, x, y) => {
      write(pen, style, large, value, x, y + 2);
      words.paint(pen, x + left, y + Math.max(0, (LEAST - words.height) / 2));
    },
  };
}
