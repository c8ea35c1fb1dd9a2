// The cards at the foot of a sheet: the kernel stack, and the tasks with the details of their processes.
import type { Spike } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';
import { type Line, type Row, textOf } from '../report/content.ts';
import { noStackReason } from '../report/details.ts';
import { type Limits, type peopleOf, processContent } from '../report/processes.ts';
import {
  type Block,
  card,
  fitted,
  inside,
  type Style,
  stacked,
  type TextStyle,
  textBlock,
  write,
} from './block.ts';

const FRAMES_MAX = 14;
const LIMITS: Limits = { locks: 4, files: 6 };
const NAME_WIDTH = 84;

export function stackCard(style: Style, spike: Spike, width: number): Block {
  const { stack: frames } = spike;
  const type: TextStyle = { size: 12.5, colour: style.theme.text, mono: true };
  const muted: TextStyle = { size: 12.5, colour: style.theme.muted };
  const room = inside(width);
  const lines = frames.slice(0, FRAMES_MAX).map((frame) => textBlock(style, type, frame, room));
  const more = frames.length - lines.length;
  const content = stacked(
    [
      ...lines,
      frames.length === 0 ? textBlock(style, muted, noStackReason(spike), room, 3) : undefined,
      more > 0 ? textBlock(style, muted, t('report.moreFiles', { n: more }), room) : undefined,
    ],
    2,
  );
  return card(style, t('detail.stack'), '', width, content);
}

function rowBlock(style: Style, { name, lines }: Row, width: number): Block {
  const { theme } = style;
  const type: TextStyle = { size: 12, colour: theme.muted };
  const lineBlock = (line: Line) => {
    const colour = line.every((run) => run.tone === 'muted') ? theme.muted : theme.text;
    return textBlock(style, { size: 12.5, colour }, textOf(line), width - NAME_WIDTH, 2);
  };
  const value = stacked(lines.map(lineBlock), 2);
  return {
    height: value.height,
    paint: (pen, x, y) => {
      write(pen, style, type, fitted(style, type, name, NAME_WIDTH - 8), x, y);
      value.paint(pen, x + NAME_WIDTH, y);
    },
  };
}

export function personCard(style: Style, person: ReturnType<typeof peopleOf>[number], width: number): Block {
  const { rows, note, files } = processContent(person, LIMITS);
  const room = inside(width);
  const { text: colour, muted } = style.theme;
  const list = (of: readonly Row[]) => of.map((each) => rowBlock(style, each, room));
  const noteBlock = note === undefined ? [] : [textBlock(style, { size: 12, colour: muted }, note, room, 2)];
  const heading = textBlock(style, { size: 12.5, weight: 600, colour }, t('report.files'), room);
  const groups = [[...list(rows), ...noteBlock], files.length === 0 ? [] : [heading, ...list(files)]];
  const content = stacked(
    groups.map((group) => stacked(group, 3)),
    10,
  );
  return card(style, person.title, '', width, content);
}
