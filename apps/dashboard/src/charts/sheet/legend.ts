// The legend of the timeline on a sheet: signs with their meaning in running lines.
import type { Pen } from '../pen.ts';
import type { LegendItem } from '../timeline/legend.ts';
import { type Colour, type Shape, SIGN, shapesOf } from '../timeline/signs.ts';
import { type Block, fitted, LINE, type Style, type TextStyle, widthOf, write } from './block.ts';

const SIZE = 12;
const GAPS = { inside: 6, between: 18 };

function paintShape(pen: Pen, { theme, colours }: Style, shape: Shape, x: number, y: number): void {
  const colourOf = (colour: Colour): string =>
    'slice' in colour ? colours[colour.slice] : theme[colour.theme];
  if ('box' in shape) {
    const [left, top, width, height] = shape.box;
    pen.fillStyle = colourOf(shape.fill);
    pen.fillRect(x + left, y + top, width, height);
    return;
  }
  pen.beginPath();
  for (const [i, [left, top]] of ('line' in shape ? shape.line : shape.area).entries()) {
    if (i === 0) pen.moveTo(x + left, y + top);
    else pen.lineTo(x + left, y + top);
  }
  if ('area' in shape) {
    pen.closePath();
    pen.fillStyle = colourOf(shape.fill);
    pen.fill();
    return;
  }
  pen.strokeStyle = colourOf(shape.stroke);
  pen.lineWidth = shape.width;
  pen.setLineDash([...(shape.dash ?? [])]);
  pen.stroke();
  pen.setLineDash([]);
}

export function legendBlock(style: Style, items: readonly LegendItem[], width: number): Block {
  const type: TextStyle = { size: SIZE, colour: style.theme.muted };
  const step = SIZE * LINE + 4;
  let x = 0;
  let row = 0;
  const placed = items.map(({ sign, text }) => {
    const shown = fitted(style, type, text, width - SIGN.width - GAPS.inside);
    const wide = SIGN.width + GAPS.inside + widthOf(style, type, shown);
    if (x > 0 && x + wide > width) {
      x = 0;
      row++;
    }
    const place = { sign, shown, x, y: row * step };
    x += wide + GAPS.between;
    return place;
  });
  return {
    height: items.length === 0 ? 0 : (row + 1) * step,
    paint: (pen, left, top) => {
      for (const { sign, shown, x: at, y } of placed) {
        for (const shape of shapesOf(sign)) paintShape(pen, style, shape, left + at, top + y + 1);
        write(pen, style, type, shown, left + at + SIGN.width + GAPS.inside, top + y);
      }
    },
  };
}
