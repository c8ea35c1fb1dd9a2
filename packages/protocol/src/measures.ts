// What a measure is, so that no reader has to know it by name. The measures themselves are generated.
import { z } from 'zod';
import { MEASURES, measures, type PartKind } from './generated.ts';

export const measureSchema = z.enum(MEASURES);
export type Measure = (typeof MEASURES)[number];

/** In one language. */
export interface Words {
  readonly title: string;
  /** One sentence or two for a tooltip. */
  readonly explanation?: string;
  /** The same in Chinese (simplified). */
  readonly zh?: Omit<Words, 'zh'>;
}

/** An interrupt without a line, or a softirq. */
export interface Label extends Words {
  /** "LOC", "NET_RX". */
  readonly label: string;
}

/**
 * What a source of a measure is.
 * irq-task: a task that an irq woke. interrupt: an irq, a vector or a softirq, which its name tells apart.
 */
export type SourceKind = 'irq' | 'vector' | 'softirq' | 'cpu' | 'task' | 'irq-task' | 'interrupt';

export interface MeasureDescriptor extends Words {
  readonly name: Measure;
  readonly explanation: string;
  readonly unit: 'ns';
  /** Latencies and durations: every one is a distribution of times, the largest matters most. */
  readonly semantics: 'latency' | 'duration';
  readonly source: SourceKind;
  /** What a source is called where there is one a CPU: "timer". */
  readonly label?: string;
  readonly by: readonly string[];
  /** The kind of part that its values are: the time its source itself ran. */
  readonly part?: PartKind;
  /** Tables that show it by default. interrupts: a row a source. cpus: a column. */
  readonly tables: readonly ('interrupts' | 'cpus')[];
  /** Whether the module measures it unless told otherwise. */
  readonly on: boolean;
}

const byName: ReadonlyMap<string, MeasureDescriptor> = new Map(measures.map((m) => [m.name, m]));

/** What can be said of a measure that this version does not have. */
const unknown = (name: Measure): MeasureDescriptor => ({
  ...{ name, title: name, explanation: '', unit: 'ns' },
  semantics: name.endsWith('_latency') ? 'latency' : 'duration',
  ...{ source: 'interrupt', by: [], tables: [], on: true },
});

/** Returns the descriptor of a measure; of one that this version does not have, a descriptor with its name as title. */
export function descriptorOf(measure: Measure): MeasureDescriptor {
  return byName.get(measure) ?? unknown(measure);
}

/** Returns the measure whose values are parts of a kind; undefined where no measure has them. */
export function measureOfPart(kind: PartKind): Measure | undefined {
  return measures.find(({ part }) => part === kind)?.name;
}
