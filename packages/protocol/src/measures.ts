// Looks up the descriptors of measures, which are generated.
import { type Measure, type MeasureDescriptor, measures, type PartKind } from './generated.ts';

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
