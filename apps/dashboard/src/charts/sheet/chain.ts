// The chain of causation as boxes and arrows, from left to right, continued on the next line.
import type { ChainNode, ChainStep } from '@rtprobe/trace';
import { t } from '../../i18n/translate.ts';
import { kindColour } from '../colours.ts';
import { line, type Pen } from '../pen.ts';
import { nodeDetail, stepWords } from '../report/chain.ts';
import { type Block, fitted, type Style, type TextStyle, textBlock, write } from './block.ts';

const BOX = { width: 216, height: 46 };
const ARROW = 184;
const LINE_GAP = 14;

interface Place {
  readonly node: ChainNode;
  readonly x: number;
  readonly line: number;
  /** The step from the box before to this one. */
  readonly step: ChainStep | undefined;
}

/** The end of a step may have no CPU. */
const isSame = (a: ChainNode, b: ChainNode): boolean =>
  a.kind === b.kind && a.label === b.label && (a.cpu === b.cpu || a.cpu === undefined || b.cpu === undefined);

/** A step that begins where the one before ended shares its box. */
function layOut(steps: readonly ChainStep[], width: number): Place[] {
  const places: Place[] = [];
  let x = 0;
  let at = -1;
  for (const step of steps) {
    const last = places.at(-1);
    const next = x + ARROW + BOX.width;
    if (last === undefined || !isSame(last.node, step.from) || next + BOX.width > width) {
      // Another chain begins beside the last one if the line has room for its first two boxes.
      const fits = last !== undefined && !isSame(last.node, step.from) && next + 2 * BOX.width + 40 <= width;
      if (fits) x += BOX.width + 40;
      else {
        x = 0;
        at++;
      }
      places.push({ node: step.from, x, line: at, step: undefined });
    } else if (last.node.cpu === undefined || step.from.callback !== undefined) {
      // What began the next step has the function that did it.
      places.splice(-1, 1, { ...last, node: step.from });
    }
    x += BOX.width + ARROW;
    places.push({ node: step.to, x, line: at, step });
  }
  return places;
}

function paintBox(pen: Pen, style: Style, node: ChainNode, x: number, y: number): void {
  const { theme } = style;
  const title: TextStyle = { size: 13, weight: 600, colour: theme.text };
  const small: TextStyle = { size: 11.5, colour: theme.muted };
  const colour = kindColour(style.colours, node.kind);
  pen.fillStyle = theme.plot;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.setLineDash([]);
  pen.beginPath();
  pen.roundRect(x, y, BOX.width, BOX.height, 6);
  pen.fill();
  pen.stroke();
  pen.fillStyle = colour;
  pen.fillRect(x, y + 6, 4, BOX.height - 12);
  const below = nodeDetail(node);
  const room = BOX.width - 24;
  write(pen, style, title, fitted(style, title, node.label, room), x + 13, y + (below === '' ? 16 : 8));
  if (below !== '') write(pen, style, small, fitted(style, small, below, room), x + 13, y + 26);
}

function paintArrow(pen: Pen, style: Style, step: ChainStep, zero: number, x: number, y: number): void {
  const { theme } = style;
  const type: TextStyle = { size: 11.5, colour: theme.text };
  const { how, when } = stepWords(step, zero);
  const middle = y + BOX.height / 2;
  pen.strokeStyle = theme.muted;
  pen.fillStyle = theme.muted;
  pen.lineWidth = 1.2;
  line(pen, x + 6, middle, x + ARROW - 12, middle);
  pen.beginPath();
  pen.moveTo(x + ARROW - 5, middle);
  pen.lineTo(x + ARROW - 14, middle - 4.5);
  pen.lineTo(x + ARROW - 14, middle + 4.5);
  pen.closePath();
  pen.fill();
  const room = ARROW - 20;
  write(pen, style, type, fitted(style, type, how, room), x + 10, middle - 18);
  const muted = { ...type, colour: theme.muted };
  write(pen, style, muted, fitted(style, muted, when, room), x + 10, middle + 5);
}

export function chainBlock(style: Style, steps: readonly ChainStep[], zero: number, width: number): Block {
  if (steps.length === 0)
    return textBlock(style, { size: 13, colour: style.theme.muted }, t('report.noChain'), width);
  const places = layOut(steps, width);
  const lines = 1 + Math.max(...places.map((place) => place.line));
  return {
    height: lines * BOX.height + (lines - 1) * LINE_GAP,
    paint: (pen, left, top) => {
      for (const { node, x, line: row, step } of places) {
        const y = top + row * (BOX.height + LINE_GAP);
        paintBox(pen, style, node, left + x, y);
        if (step !== undefined) paintArrow(pen, style, step, zero, left + x - ARROW, y);
      }
    },
  };
}
