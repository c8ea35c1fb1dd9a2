// The blocks of a sheet. A block knows its height before it is painted.
import { visibleText } from '@rtprobe/metrics';
import type { Theme } from '../canvas.ts';
import type { SliceColours } from '../colours.ts';
import type { Pen } from '../pen.ts';

/** All lengths are in pixels of the sheet. */
export interface Block {
  readonly height: number;
  /** A card fills `height`, which is at least its own; other blocks ignore it. */
  paint(pen: Pen, x: number, y: number, height?: number): void;
}

export interface Style {
  readonly theme: Theme;
  readonly colours: SliceColours;
  /** Measures text before the picture's canvas exists. */
  readonly ruler: Pen;
  readonly mono: string;
}

/** The page's fonts for code. */
export const MONO = 'ui-monospace, monospace';

export interface TextStyle {
  readonly size: number;
  readonly colour: string;
  readonly weight?: 400 | 600 | 700;
  readonly mono?: boolean;
}

export const fontOf = ({ theme, mono }: Style, type: TextStyle): string =>
  `${type.weight ?? 400} ${type.size}px ${type.mono === true ? mono : theme.font}`;

export const LINE = 1.35;

export function widthOf(style: Style, type: TextStyle, text: string): number {
  style.ruler.font = fontOf(style, type);
  return style.ruler.measureText(text).width;
}

/** Returns the longest prefix that fits, with an ellipsis if it is not the whole text. */
export function fitted(style: Style, type: TextStyle, text: string, width: number): string {
  const shown = visibleText(text);
  if (widthOf(style, type, shown) <= width) return shown;
  let low = 0;
  let high = shown.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (widthOf(style, type, `${shown.slice(0, middle)}…`) <= width) low = middle;
    else high = middle - 1;
  }
  return `${shown.slice(0, low)}…`;
}

/**
 * Where a line can break: after a space, and beside a Chinese character, but neither before a closing nor after an
 * opening punctuation mark.
 */
const BREAK =
  /(?<= )|(?<=[\p{Script=Han}，。；：、）])(?![ ，。；：、）])|(?<=[^ （])(?=[\p{Script=Han}（])/u;

/** Breaks a text into lines between words, and within words that are longer than a line. */
function wrapped(style: Style, type: TextStyle, text: string, width: number, linesMax: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of visibleText(text).split(BREAK)) {
    if (widthOf(style, type, `${line}${word.trimEnd()}`) <= width) {
      line += word;
      continue;
    }
    if (line !== '') lines.push(line);
    while (widthOf(style, type, word.trimEnd()) > width && word.length > 1) {
      const head = fitted(style, type, word, width).slice(0, -1);
      if (head === '') break;
      lines.push(head);
      word = word.slice(head.length);
    }
    line = word;
  }
  lines.push(line);
  const cut =
    lines.length <= linesMax
      ? lines
      : [...lines.slice(0, linesMax - 1), fitted(style, type, lines.slice(linesMax - 1).join(''), width)];
  return cut.map((one) => one.trimEnd());
}

export function write(pen: Pen, style: Style, type: TextStyle, text: string, x: number, y: number): void {
  pen.font = fontOf(style, type);
  pen.fillStyle = type.colour;
  pen.textAlign = 'left';
  pen.textBaseline = 'top';
  pen.fillText(text, x, y);
}

export function textBlock(style: Style, type: TextStyle, text: string, width: number, linesMax = 1): Block {
  const lines = wrapped(style, type, text, width, linesMax);
  const step = type.size * LINE;
  return {
    height: lines.length * step,
    paint: (pen, x, y) => {
      for (const [i, line] of lines.entries()) write(pen, style, type, line, x, y + i * step);
    },
  };
}

export function stacked(blocks: readonly (Block | undefined)[], gap: number): Block {
  const kept = blocks.filter((block) => block !== undefined && block.height > 0) as Block[];
  return {
    height: kept.reduce((sum, block) => sum + block.height, 0) + gap * Math.max(0, kept.length - 1),
    paint: (pen, x, y) => {
      let at = y;
      for (const block of kept) {
        block.paint(pen, x, at);
        at += block.height + gap;
      }
    },
  };
}

export interface Piece {
  readonly text: string;
  readonly type: TextStyle;
  /** Colour of a square before the text. */
  readonly key?: string;
}

const KEY = { size: 11, room: 18 };
/** Most lines of one piece. */
const PIECE_LINES_MAX = 4;

/** Places groups of pieces in running lines. A group that does not fit in the rest of a line begins the next one. */
export function flow(
  style: Style,
  groups: readonly (readonly Piece[])[],
  width: number,
  gaps: { readonly inside: number; readonly between: number },
): Block {
  const largest = Math.max(0, ...groups.flat().map(({ type }) => type.size));
  const step = largest * LINE + 4;
  const wide = ({ text, type, key }: Piece) =>
    (key ? KEY.room : 0) + widthOf(style, type, text) + gaps.inside;
  const placed: (Piece & { x: number; y: number })[] = [];
  let x = 0;
  let line = 0;
  for (const group of groups) {
    const whole = group.reduce((sum, piece) => sum + wide(piece), -gaps.inside);
    if (x > 0 && x + whole > width) {
      x = 0;
      line++;
    }
    for (const { text, type, key } of group) {
      const lead = key ? KEY.room : 0;
      for (const [i, part] of wrapped(style, type, text, width - x - lead, PIECE_LINES_MAX).entries()) {
        if (i > 0) line++;
        const y = line * step + (largest - type.size) / 2;
        placed.push({ text: part, type, x: x + lead, y, ...(key && i === 0 && { key }) });
      }
      x += lead + widthOf(style, type, placed.at(-1)!.text) + gaps.inside;
    }
    x += gaps.between - gaps.inside;
  }
  return {
    height: groups.length === 0 ? 0 : (line + 1) * step,
    paint: (pen, left, top) => {
      for (const { text, type, key, x: at, y } of placed) {
        write(pen, style, type, text, left + at, top + y);
        if (key === undefined) continue;
        pen.fillStyle = key;
        pen.fillRect(left + at - KEY.room, top + y + 2, KEY.size, KEY.size);
      }
    },
  };
}

/** Columns of equal width and height. */
export function columns(width: number, gap: number, makes: readonly ((width: number) => Block)[]): Block {
  const each = (width - gap * (makes.length - 1)) / makes.length;
  const blocks = makes.map((make) => make(each));
  const height = Math.max(0, ...blocks.map((block) => block.height));
  return {
    height,
    paint: (pen, x, y) => {
      for (const [i, block] of blocks.entries()) block.paint(pen, x + i * (each + gap), y, height);
    },
  };
}

const CARD_PAD = 16;

/** Width inside a card. */
export const inside = (width: number): number => width - 2 * CARD_PAD;

/** A block on a panel with a border, a title and a note beside it. */
export function card(style: Style, title: string, note: string, width: number, content: Block): Block {
  const { theme } = style;
  const heading: TextStyle = { size: 14, weight: 600, colour: theme.text };
  const aside: TextStyle = { size: 12, colour: theme.muted };
  const top = CARD_PAD + 26;
  const own = top + content.height + CARD_PAD;
  return {
    height: own,
    paint: (pen, x, y, height = own) => {
      pen.fillStyle = theme.panel;
      pen.strokeStyle = theme.border;
      pen.lineWidth = 1;
      pen.setLineDash([]);
      pen.beginPath();
      pen.roundRect(x + 0.5, y + 0.5, width - 1, height - 1, 8);
      pen.fill();
      pen.stroke();
      write(pen, style, heading, title, x + CARD_PAD, y + CARD_PAD - 2);
      if (note !== '') {
        const left = widthOf(style, heading, title) + 12;
        const text = fitted(style, aside, note, inside(width) - left);
        write(pen, style, aside, text, x + CARD_PAD + left, y + CARD_PAD);
      }
      content.paint(pen, x + CARD_PAD, y + top);
    },
  };
}
