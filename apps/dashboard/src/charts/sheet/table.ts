// A table with columns of given widths.
import { type Block, fitted, LINE, type Style, type TextStyle, widthOf, write } from './block.ts';

export interface Column {
  readonly title: string;
  /** Share of the table's width. */
  readonly share: number;
  /** Aligned at the right. */
  readonly number?: boolean;
}

const STEP = 13 * LINE + 5;
const PAD = 12;

export function tableBlock(
  style: Style,
  head: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): Block {
  const { theme } = style;
  const title: TextStyle = { size: 12, colour: theme.muted };
  const plain: TextStyle = { size: 13, colour: theme.text };
  const sum = head.reduce((all, column) => all + column.share, 0);
  return {
    height: STEP * (rows.length + 1),
    paint: (pen, x, y) => {
      for (const [line, row] of [head.map((column) => column.title), ...rows].entries()) {
        const type = line === 0 ? title : plain;
        let left = x;
        for (const [i, { share, number }] of head.entries()) {
          const wide = (share / sum) * width;
          const text = fitted(style, type, row[i] ?? '', wide - PAD);
          const at = number === true ? left + wide - PAD - widthOf(style, type, text) : left;
          write(pen, style, type, text, at, y + line * STEP);
          left += wide;
        }
        if (line > 0) continue;
        pen.fillStyle = theme.grid;
        pen.fillRect(x, y + STEP - 5, width, 1);
      }
    },
  };
}
