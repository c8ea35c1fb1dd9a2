// The first screen on one sheet: the worst value, the heatmap, the distribution, the worst interrupts.
import type { Fact } from '@rtprobe/trace';
import { t } from '../../i18n/translate.ts';
import type { SourceReading } from '../../store/reading/reading.ts';
import { beyondText, type DistributionInput } from '../distribution/shape.ts';
import { type InterruptColumn, interruptCells, interruptColumns } from '../report/interrupts.ts';
import {
  type Block,
  card,
  columns,
  inside,
  type Style,
  stacked,
  type TextStyle,
  textBlock,
} from './block.ts';
import { distributionBlock } from './distribution.ts';
import { topBlock, valueBlock } from './head.ts';
import { CONTENT_WIDTH } from './sheet.ts';
import { strip } from './strip.ts';
import { tableBlock } from './table.ts';

interface DistributionShown extends DistributionInput {
  /** The largest value, which may be off the axis. */
  readonly max: number;
}

export interface ScreenSheet {
  /** Host, measure, CPUs and window. */
  readonly words: readonly string[];
  /** The worst value; undefined before the first. */
  readonly worst:
    | { readonly value: string; readonly over: boolean; readonly verdict: string; readonly sentence: string }
    | undefined;
  /** "p99.9 120 µs" and the like. */
  readonly figures: readonly string[];
  readonly heatmapTitle: string;
  /** The canvas on the screen; undefined while a table replaces it. */
  readonly heatmap: HTMLCanvasElement | undefined;
  readonly distribution: DistributionShown | undefined;
  /** Worst first. */
  readonly interrupts: readonly SourceReading[];
  readonly caption: readonly Fact[];
}

function worstBlock(style: Style, { worst, figures }: ScreenSheet): Block {
  const { theme } = style;
  const strong: TextStyle = { size: 20, weight: 600, colour: theme.text };
  const plain: TextStyle = { size: 15, colour: theme.text };
  const muted: TextStyle = { size: 14, colour: theme.muted };
  const below = (width: number) => textBlock(style, muted, figures.join('   '), width, 2);
  if (worst === undefined) return valueBlock(style, '–', theme.muted, below);
  const colour = worst.over ? theme.alarm : theme.text;
  return valueBlock(style, worst.value, colour, (width) =>
    stacked(
      [
        textBlock(style, { ...strong, colour }, worst.verdict, width),
        worst.sentence === '' ? undefined : textBlock(style, plain, worst.sentence, width, 3),
        below(width),
      ],
      4,
    ),
  );
}

function heatmapCard(style: Style, { heatmap, heatmapTitle }: ScreenSheet): Block | undefined {
  if (heatmap === undefined || heatmap.width === 0) return undefined;
  const width = inside(CONTENT_WIDTH);
  const height = (heatmap.height / heatmap.width) * width;
  const content: Block = {
    height,
    paint: (pen, x, y) => {
      if (pen.picture !== undefined) pen.picture(heatmap, x, y, width, height);
      else pen.drawImage?.(heatmap, x, y, width, height);
    },
  };
  return card(style, heatmapTitle, '', CONTENT_WIDTH, content);
}

/** Shares of the table's width. */
const SHARES: Readonly<Record<InterruptColumn, number>> = {
  ...{ irq: 12, action: 24, max: 11, p999: 11, rate: 11, cpus: 9, affinity: 10 },
};

function interruptTable(style: Style, interrupts: readonly SourceReading[], width: number): Block {
  const columns = interruptColumns();
  const names = Object.keys(SHARES) as InterruptColumn[];
  const rows = interrupts.map((source) => {
    const cells = interruptCells(source);
    return names.map((name) => cells[name]);
  });
  const head = names.map((name) => ({ ...columns[name], share: SHARES[name] }));
  return tableBlock(style, head, rows, width);
}

function interruptCard(style: Style, interrupts: readonly SourceReading[], width: number): Block {
  const content = interruptTable(style, interrupts, inside(width));
  return card(style, t('interrupts.title'), t('interrupts.worstFirst'), width, content);
}

function distributionCard(style: Style, shown: DistributionShown, width: number): Block {
  const content = distributionBlock(style, shown, inside(width));
  const beyond = beyondText(shown.buckets, shown.top, shown.max);
  return card(style, t('distribution.title'), beyond, width, content);
}

export function screenSheet(style: Style, sheet: ScreenSheet): (Block | undefined)[] {
  const { words, distribution, interrupts, caption } = sheet;
  const cards = [
    ...(distribution ? [(width: number) => distributionCard(style, distribution, width)] : []),
    (width: number) => interruptCard(style, interrupts, width),
  ];
  return [
    stacked([topBlock(style, words), worstBlock(style, sheet)], 16),
    heatmapCard(style, sheet),
    columns(CONTENT_WIDTH, 14, cards),
    strip(style, caption, CONTENT_WIDTH),
  ];
}
