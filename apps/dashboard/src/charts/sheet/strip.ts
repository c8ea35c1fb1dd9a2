// The caption strip: names and values in running lines. Trackers drop metadata, so it must suffice for a bug report.
import type { Fact } from '@rtprobe/trace';
import { type Block, flow, type Style, type TextStyle } from './block.ts';

const PAD = 14;

export function strip(style: Style, facts: readonly Fact[], width: number): Block {
  const { theme } = style;
  const muted: TextStyle = { size: 12, colour: theme.muted };
  const strong: TextStyle = { size: 12.5, weight: 600, colour: theme.text };
  const groups = facts.map(({ name, value }) => [
    { text: name, type: muted },
    { text: value, type: strong },
  ]);
  const content = flow(style, groups, width - 2 * PAD, { inside: 7, between: 22 });
  const height = content.height + 2 * PAD;
  return {
    height,
    paint: (pen, x, y) => {
      pen.fillStyle = theme.raised;
      pen.fillRect(x, y, width, height);
      pen.fillStyle = theme.muted;
      pen.fillRect(x, y, width, 1);
      content.paint(pen, x + PAD, y + PAD);
    },
  };
}
