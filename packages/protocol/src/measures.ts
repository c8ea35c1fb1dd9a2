// Descriptors of measures, so that no reader needs the names of measures. The measures themselves are generated.
import { z } from 'zod';
import { MEASURES, measures, type PartKind } from './generated.ts';

export const measureSchema = z.enum(MEASURES);
export type Measure = (typeof MEASURES)[number];

/** Texts in one language. */
export interface Words {
  readonly title: string;
  /** One or two sentences for a tooltip. */
  readonly explanation?: string;
  /** The same texts in simplified Chinese. */
  readonly zh?: Omit<Words, 'zh'>;
}

/** A vector or a softirq. */
export interface Label extends Words {
  /** "LOC", "NET_RX". */
  readonly label: string;
}

/**
 * Kind of source of a measure. irq-task: a task that an irq woke. interrupt: an irq, vector or softirq, distinguished
 * by its name.
 */
export type SourceKind = 'irq' | 'vector' | 'softirq' | 'cpu' | 'task' | 'irq-task' | 'interrupt';

export interface MeasureDescriptor extends Words {
  readonly name: Measure;
  readonly explanation: string;
  readonly unit: 'ns';
  /** A value is a latency or a duration; the largest value matters most. */
  readonly semantics: 'latency' | 'duration';
  readonly source: SourceKind;
  /** Label of the source if there is one per CPU: "timer". */
  readonly label?: string;
  readonly by: readonly string[];
  /** Kind of part that its values are: the time for which its source ran. */
  readonly part?: PartKind;
  /** Tables that show it by default. interrupts: one row per source. cpus: a column. */
  readonly tables: readonly ('interrupts' | 'cpus')[];
  /** Whether the module measures it by default. */
  readonly on: boolean;
}

const byName: ReadonlyMap<string, MeasureDescriptor> = new Map(measures.map((m) => [m.name, m]));

/** Returns a descriptor for a measure that this version does not have. */
const unknown = (name: Measure): MeasureDescriptor => ({
  ...{ name, title: name, explanation: '', unit: 'ns' },
  semantics: name.endsWith('_latency') ? 'latency' : 'duration',
  ...{ source: 'interrupt', by: [], tables: [], on: true },
});

/**
 * Returns the descriptor of a measure; for one that this version does not have, a descriptor with its name as title.
 */
export function descriptorOf(measure: Measure): MeasureDescriptor {
  return byName.get(measure) ?? unknown(measure);
}

/** Returns the measure whose values are parts of a kind; undefined if there is none. */
export function measureOfPart(kind: PartKind): Measure | undefined {
  return measures.find(({ part }) => part === kind)?.name;
}
