// What the colours and signs of a timeline mean, of those that it contains.
import { partWords } from '@rtprobe/protocol';
import type { SliceKind } from '@rtprobe/trace';
import { titleOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { Span } from './activity.ts';
import { type Lane, reaching, type Timeline } from './lanes.ts';
import type { TimelineInput } from './paint.ts';

export type SignName =
  | SliceKind
  | 'victim'
  | 'sampled'
  | 'woke'
  | 'raised'
  | 'asked'
  | 'chain'
  | 'sample'
  | 'marker'
  | 'unknown'
  | 'pinned';

export interface LegendItem {
  readonly sign: SignName;
  readonly text: string;
}

const KINDS: readonly SliceKind[] = ['irq', 'vector', 'softirq', 'nmi', 'probe', 'irqs_off', 'task', 'idle'];

function kindText(kind: SliceKind): string {
  if (kind === 'irq') return titleOf(partWords.hardirq);
  return kind === 'idle' ? t('report.legend.idle') : titleOf(partWords[kind]);
}

/** Returns the signs of slices in a span. */
function signsOf(lane: Lane, span: Span, victim: number | undefined, signs: Set<SignName>): void {
  for (const slice of reaching(lane, span)) {
    const isVictim = slice.kind === 'task' && slice.pid === victim;
    signs.add(isVictim ? 'victim' : slice.kind);
    if (slice.kind === 'irqs_off' && slice.exact !== true) signs.add('sampled');
  }
}

const isCut = ({ trace }: Timeline, { fromNs, toNs }: Span): boolean =>
  trace.cpus.some((cpu) => cpu.fromNs > fromNs || cpu.toNs < toNs);

/** Returns the legend of what a span contains. */
export function legendOf(
  { timeline, victim, chain }: Pick<TimelineInput, 'timeline' | 'victim' | 'chain'>,
  span: Span,
): LegendItem[] {
  const signs = new Set<SignName>();
  for (const lane of timeline.lanes) signsOf(lane, span, victim, signs);
  for (const arrow of timeline.arrows) {
    if (arrow.from.atNs > span.toNs || arrow.to.atNs < span.fromNs) continue;
    signs.add(arrow.kind);
    if (chain.has(arrow)) signs.add('chain');
  }
  const isInSpan = (at: number): boolean => at >= span.fromNs && at <= span.toNs;
  if ([...timeline.samples.values()].some((times) => times.some(({ at }) => isInSpan(at))))
    signs.add('sample');
  if ([...timeline.markers.values()].some((marks) => marks.some(({ atNs }) => isInSpan(atNs))))
    signs.add('marker');
  if (isCut(timeline, span)) signs.add('unknown');
  if (timeline.lanes.some((lane) => lane.pinned)) signs.add('pinned');
  const texts: Readonly<Partial<Record<SignName, string>>> = {
    ...Object.fromEntries(KINDS.map((kind) => [kind, kindText(kind)])),
    victim: t('report.legend.victim'),
    sampled: t('report.lowerBound'),
    woke: t('report.legend.woke'),
    raised: t('report.legend.raised'),
    asked: t('report.legend.asked'),
    chain: t('report.legend.chain'),
    sample: t('report.legend.sample'),
    marker: t('report.legend.marker'),
    unknown: t('report.legend.unknown'),
    pinned: t('report.legend.pinned'),
  };
  return (Object.entries(texts) as [SignName, string][])
    .filter(([sign]) => signs.has(sign))
    .map(([sign, text]) => ({ sign, text }));
}
