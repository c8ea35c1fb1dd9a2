// The caption strip: names and values in running lines across the sheet. It alone must carry a bug report.
import type { Fact } from '@rtprobe/trace';
import { type Block, LINE, type Style, type Type, widthOf, wrapped, write } from './block.ts';

const PAD = 14;
const GAP = 22;
const BETWEEN = 7;
/** Longer values get lines of their own. */
const LINES_MAX = 4;

interface Word {
  readonly text: string;
  readonly type: Type;
  readonly x: number;
  readonly line: number;
}

function layOut(style: Style, facts: readonly Fact[], width: number): { words: Word[]; lines: number } {
  const { theme } = style;
  const name: Type = { size: 12, colour: theme.muted };
  const value: Type = { size: 12.5, weight: 600, colour: theme.text };
  const words: Word[] = [];
  let x = 0;
  let line = 0;
  for (const fact of facts) {
    const lead = widthOf(style, name, fact.name) + BETWEEN;
    const long = widthOf(style, value, fact.value);
    if (x > 0 && x + lead + long > width) {
      x = 0;
      line++;
    }
    words.push({ text: fact.name, type: name, x, line });
    const parts = wrapped(style, value, fact.value, width - lead, LINES_MAX);
    for (const [i, text] of parts.entries()) words.push({ text, type: value, x: x + lead, line: line + i });
    line += parts.length - 1;
    x += lead + widthOf(style, value, parts.at(-1)!) + GAP;
  }
  return { words, lines: line + 1 };
}

export function strip(style: Style, facts: readonly Fact[], width: number): Block {
  const { theme } = style;
  const { words, lines } = layOut(style, facts, width - 2 * PAD);
  const step = 13 * LINE + 3;
  const height = lines * step + 2 * PAD;
  return {
    height,
    paint: (pen, x, y) => {
      pen.fillStyle = theme.raised;
      pen.fillRect(x, y, width, height);
      pen.fillStyle = theme.muted;
      pen.fillRect(x, y, width, 1);
      for (const { text, type, x: at, line } of words) {
        const down = type.size === 12 ? 0.5 : 0;
        write(pen, style, type, text, x + PAD + at, y + PAD + line * step + down);
      }
    },
  };
}
