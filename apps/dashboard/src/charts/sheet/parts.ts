// Where the time went, as a bar, which the page draws too, and a list with numbers.
import { t } from '../../i18n/translate.ts';
import { hatch } from '../canvas.ts';
import { isHatched, kindColour } from '../colours.ts';
import type { Pen } from '../pen.ts';
import type { Part, Parts } from '../report/parts.ts';
import {
  type Block,
  fitted,
  flow,
  type Style,
  stacked,
  type TextStyle,
  textBlock,
  widthOf,
  write,
} from './block.ts';

const GAP = 2;
const TEXT = { pad: 8, size: 12.5 };
/** A part is never drawn narrower, so that a short one stays visible. */
const LEAST = 2;
/** Least width of a part that shows its name. */
const NAMED_LEAST = 70;
/** Most parts in the list of a sheet; the others are counted. */
const LISTED_MAX = 12;

interface Stretch {
  readonly x: number;
  readonly width: number;
  readonly part: Part;
}

/** Returns the position of each part on a bar of that width. */
export function barStretches(parts: readonly Part[], width: number): Stretch[] {
  const least = LEAST * parts.length;
  const room = width - GAP * (parts.length - 1) - least;
  const sum = Math.max(
    1e-9,
    parts.reduce((all, part) => all + part.share, 0),
  );
  let x = 0;
  return parts.map((part) => {
    const stretch = { part, x, width: LEAST + (part.share / sum) * room };
    x += stretch.width + GAP;
    return stretch;
  });
}

export function partsBar(style: Style, parts: readonly Part[], width: number, height: number): Block {
  const type: TextStyle = { size: TEXT.size, weight: 600, colour: style.colours.ink };
  const paintStretch = (pen: Pen, { part, width }: Stretch, x: number, y: number) => {
    pen.fillStyle = kindColour(style.colours, part.kind);
    pen.beginPath();
    pen.roundRect(x, y, width, height, Math.min(3, width / 2));
    pen.fill();
    const lines = isHatched(part.kind) ? hatch(pen, style.colours.ink, 1) : null;
    if (lines !== null) {
      pen.fillStyle = lines;
      pen.fill();
    }
    if (width < NAMED_LEAST) return;
    const words = fitted(style, type, `${part.name.text} · ${part.duration}`, width - 2 * TEXT.pad);
    if (lines !== null) {
      pen.fillStyle = kindColour(style.colours, part.kind);
      pen.fillRect(x + TEXT.pad / 2, y + 3, widthOf(style, type, words) + TEXT.pad, height - 6);
    }
    write(pen, style, type, words, x + TEXT.pad, y + (height - TEXT.size) / 2);
  };
  return {
    height,
    paint: (pen, x, y) => {
      for (const stretch of barStretches(parts, width)) paintStretch(pen, stretch, x + stretch.x, y);
    },
  };
}

function list(style: Style, parts: readonly Part[], width: number): Block {
  const plain: TextStyle = { size: 13, colour: style.theme.text };
  const bold: TextStyle = { ...plain, weight: 600 };
  const groups = parts.map(({ kind, name, duration, detail }) => [
    { text: name.text, type: plain, key: kindColour(style.colours, kind) },
    { text: `${duration} · ${detail}`, type: bold },
  ]);
  return flow(style, groups, width, { inside: 8, between: 26 });
}

export function partsBlock(style: Style, content: Parts | undefined, width: number): Block {
  const { theme } = style;
  const muted: TextStyle = { size: 13, colour: theme.muted };
  if (content === undefined) return textBlock(style, muted, t('report.noParts'), width, 2);
  const { parts, sum, warning } = content;
  const more = parts.length - LISTED_MAX;
  const tail = more > 0 ? `${t('report.moreFiles', { n: more })} · ${sum}` : sum;
  return stacked(
    [
      partsBar(style, parts, width, 34),
      list(style, parts.slice(0, LISTED_MAX), width),
      textBlock(style, muted, tail, width),
      warning === undefined
        ? undefined
        : textBlock(style, { ...muted, colour: theme.alarm }, warning, width, 2),
    ],
    9,
  );
}
