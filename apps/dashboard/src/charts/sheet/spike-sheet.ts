// The report of a spike on one sheet, enough for a bug report on its own.
import { cpuList, formatDuration } from '@rtprobe/metrics';
import type { Spike, Trace } from '@rtprobe/protocol';
import { type ChainStep, chainOf, type Fact } from '@rtprobe/trace';
import { sentenceOf } from '../../i18n/sentences.ts';
import { t } from '../../i18n/translate.ts';
import { spikeFacts } from '../report/facts.ts';
import { partsOf } from '../report/parts.ts';
import { peopleOf } from '../report/processes.ts';
import { markersNote, recorderNote } from '../report/timeline.ts';
import { timelineHeight } from '../timeline/frame.ts';
import { linksOf, type Timeline } from '../timeline/lanes.ts';
import { legendOf } from '../timeline/legend.ts';
import { paintStill, type TimelineInput } from '../timeline/paint.ts';
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
import { personCard, stackCard } from './cards.ts';
import { chainBlock } from './chain.ts';
import { topBlock, valueBlock } from './head.ts';
import { legendBlock } from './legend.ts';
import { partsBlock } from './parts.ts';
import { CONTENT_WIDTH } from './sheet.ts';
import { strip } from './strip.ts';

export interface SpikeSheet {
  readonly spike: Spike;
  /** The timeline as the page shows it; undefined without a trace. */
  readonly shown: TimelineInput | undefined;
  readonly caption: readonly Fact[];
}

/** Most rows of lanes on a sheet. The note names the CPUs that are left out. */
const ROWS_MAX = 40;

function headBlock(style: Style, spike: Spike): Block {
  const { theme } = style;
  const text: TextStyle = { size: 22, weight: 600, colour: theme.text };
  return valueBlock(style, formatDuration(spike.valueNs), theme.alarm, (width) =>
    textBlock(style, text, sentenceOf(spike).text, width, 5),
  );
}

/** Returns the lanes of the CPUs that fit, and the CPUs that do not. The spike's CPU comes first. */
function fitting(timeline: Timeline): { timeline: Timeline; left: number[] } {
  const lanes = timeline.lanes.filter((lane) => lane.top + lane.height <= ROWS_MAX);
  if (lanes.length === timeline.lanes.length) return { timeline, left: [] };
  const cut = timeline.lanes[lanes.length]!.cpu;
  const whole = lanes.filter((lane) => lane.cpu !== cut);
  const cpus = new Set(whole.map((lane) => lane.cpu));
  const trace = { ...timeline.trace, cpus: timeline.trace.cpus.filter((cpu) => cpus.has(cpu.cpu)) };
  const left = timeline.trace.cpus.map((cpu) => cpu.cpu).filter((cpu) => !cpus.has(cpu));
  const rows = Math.max(0, ...whole.map((lane) => lane.top + lane.height));
  return { timeline: { ...timeline, trace, lanes: whole, links: linksOf(timeline, whole), rows }, left };
}

function noteOf({ trace }: Timeline, { marker }: TimelineInput, left: readonly number[]): string {
  const markers = markersNote(marker, trace);
  const words = [
    recorderNote(trace),
    ...(markers === undefined ? [] : [markers]),
    ...(left.length > 0 ? [t('sheet.cpusLeft', { cpus: cpuList(left) })] : []),
  ];
  return words.join('  ·  ');
}

function timelineCard(style: Style, input: TimelineInput | undefined): Block {
  const width = inside(CONTENT_WIDTH);
  if (input === undefined) {
    const why = textBlock(style, { size: 13, colour: style.theme.muted }, t('report.noTraceWhy'), width, 2);
    return card(style, t('report.noTrace'), '', CONTENT_WIDTH, why);
  }
  const { timeline, left } = fitting(input.timeline);
  const height = timelineHeight(timeline);
  const content: Block = {
    height,
    paint: (pen, x, y) => {
      pen.save();
      pen.translate(x, y);
      // A picture shows no pointer.
      const still = { ...input, timeline };
      paintStill({ context: pen, width, height, ratio: 1 }, style.theme, style.colours, still);
      pen.restore();
    },
  };
  const legend = legendBlock(style, legendOf({ ...input, timeline }, input.shown), width);
  const whole = stacked([content, legend], 8);
  return card(style, t('report.what'), noteOf(timeline, input, left), CONTENT_WIDTH, whole);
}

function chainCard(style: Style, steps: readonly ChainStep[], trace: Trace | undefined): Block | undefined {
  if (trace === undefined) return undefined;
  const content = chainBlock(style, steps, trace.windowFromNs, inside(CONTENT_WIDTH));
  return card(style, t('report.chain'), '', CONTENT_WIDTH, content);
}

export function spikeSheet(style: Style, sheet: SpikeSheet): (Block | undefined)[] {
  const { spike, shown, caption } = sheet;
  const trace = shown?.timeline.trace;
  const steps = trace === undefined ? [] : chainOf(trace, spike);
  const people = peopleOf(spike).map((person) => (width: number) => personCard(style, person, width));
  return [
    stacked(
      [
        topBlock(style, [spike.host, ...spikeFacts(spike).map((fact) => fact.text)]),
        headBlock(style, spike),
        partsBlock(style, partsOf(spike), CONTENT_WIDTH),
      ],
      16,
    ),
    timelineCard(style, shown),
    chainCard(style, steps, trace),
    columns(CONTENT_WIDTH, 14, [(width) => stackCard(style, spike, width), ...people]),
    strip(style, caption, CONTENT_WIDTH),
  ];
}
