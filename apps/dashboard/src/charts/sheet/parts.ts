// Where the time went, as a bar and a list with numbers.
import { formatDuration, percent, visibleText } from '@rtprobe/metrics';
import type { Spike, SpikePart } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';
import type { SliceColours } from '../timeline/paint.ts';
import {
  type Block,
  fitted,
  LINE,
  type Style,
  stack,
  type Type,
  textBlock,
  widthOf,
  write,
} from './block.ts';

const BAR = 34;
const GAP = 2;
/** Parts that are written under the bar; the rest is counted. */
const LISTED_MAX = 12;

const KINDS: Readonly<Record<string, keyof SliceColours>> = {
  ...{ hardirq: 'irq', irq: 'irq', vector: 'vector', softirq: 'softirq', irqs_off: 'irqs_off' },
  ...{ nmi: 'nmi', lock: 'nmi', task: 'task', irq_thread: 'task' },
};

/** The colour of a kind of part or link of the chain. */
export const kindColour = (colours: SliceColours, kind: string): string =>
  colours[KINDS[kind] ?? 'unaccounted'];

const nameOf = ({ label, name }: SpikePart): string =>
  visibleText(name !== '' && !label.includes(name) ? `${label} ${name}` : label);

function bar(style: Style, parts: readonly SpikePart[], valueNs: number, width: number): Block {
  const type: Type = { size: 13, weight: 600, colour: style.colours.ink };
  const room = width - GAP * (parts.length - 1);
  return {
    height: BAR,
    paint: (pen, x, y) => {
      let at = x;
      for (const part of parts) {
        const wide = (Math.max(part.durationNs, 0) / valueNs) * room;
        pen.fillStyle = kindColour(style.colours, part.kind);
        pen.fillRect(at, y, Math.max(1, wide), BAR);
        const words = `${nameOf(part)} · ${formatDuration(part.durationNs)}`;
        if (wide > 90) write(pen, style, type, fitted(style, type, words, wide - 16), at + 8, y + 10);
        at += wide + GAP;
      }
    },
  };
}

function list(style: Style, parts: readonly SpikePart[], valueNs: number, width: number): Block {
  const { theme } = style;
  const plain: Type = { size: 13, colour: theme.text };
  const bold: Type = { ...plain, weight: 600 };
  const items = parts.slice(0, LISTED_MAX).map((part) => {
    const name = fitted(style, plain, nameOf(part), width / 2);
    const times = part.count > 1 ? ` · ${t('autopsy.times', { n: part.count })}` : '';
    const value = `${formatDuration(part.durationNs)} · ${percent(part.durationNs / valueNs)}${times}`;
    const lead = widthOf(style, plain, name) + 8;
    return { kind: part.kind, name, value, lead, width: 18 + lead + widthOf(style, bold, value) + 26 };
  });
  const step = 13 * LINE + 4;
  const places: { x: number; line: number }[] = [];
  let x = 0;
  let line = 0;
  for (const item of items) {
    if (x > 0 && x + item.width - 26 > width) {
      x = 0;
      line++;
    }
    places.push({ x, line });
    x += item.width;
  }
  return {
    height: items.length === 0 ? 0 : (line + 1) * step,
    paint: (pen, left, top) => {
      for (const [i, item] of items.entries()) {
        const at = { x: left + places[i]!.x, y: top + places[i]!.line * step };
        pen.fillStyle = kindColour(style.colours, item.kind);
        pen.fillRect(at.x, at.y + 2, 11, 11);
        write(pen, style, plain, item.name, at.x + 18, at.y);
        write(pen, style, bold, item.value, at.x + 18 + item.lead, at.y);
      }
    },
  };
}

export function partsBlock(style: Style, { parts, valueNs, partsIncomplete }: Spike, width: number): Block {
  const { theme } = style;
  const muted: Type = { size: 13, colour: theme.muted };
  if (parts === undefined || parts.length === 0 || valueNs <= 0)
    return textBlock(style, muted, t('autopsy.noParts'), width, 2);
  const more = parts.length - LISTED_MAX;
  return stack(
    [
      bar(style, parts, valueNs, width),
      list(style, parts, valueNs, width),
      more > 0 ? textBlock(style, muted, t('autopsy.moreFiles', { n: more }), width) : undefined,
      partsIncomplete === true
        ? textBlock(style, { ...muted, colour: theme.alarm }, t('autopsy.incomplete'), width, 2)
        : undefined,
    ],
    9,
  );
}
