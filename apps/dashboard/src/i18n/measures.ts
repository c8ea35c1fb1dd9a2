// The measures of this version and those that a newer bridge describes, with their titles in the page's language.
import {
  type Measure,
  type MeasureDescriptor,
  measures,
  descriptorOf as ownDescriptorOf,
} from '@rtprobe/protocol';
import { language } from './language.ts';

interface MeasureWords {
  title: string;
  explanation: string;
}

const byName = new Map<Measure, MeasureDescriptor>(measures.map((m) => [m.name, m]));

/** Adds the measures that a bridge describes and this version does not have. */
export function learnMeasures(described: readonly MeasureDescriptor[]): void {
  for (const descriptor of described) {
    const { name } = descriptor;
    if (!byName.has(name)) byName.set(name, { ...ownDescriptorOf(name), ...descriptor });
  }
}

/** Returns the measures in the order of lists. */
export function allMeasures(): MeasureDescriptor[] {
  return [...byName.values()];
}

export function isMeasure(name: string): name is Measure {
  return byName.has(name as Measure);
}

export function descriptorOf(measure: Measure): MeasureDescriptor {
  return byName.get(measure) ?? ownDescriptorOf(measure);
}

export function measureWords(measure: Measure): MeasureWords {
  const { title, explanation, zh } = descriptorOf(measure);
  if (language() !== 'zh' || zh === undefined) return { title, explanation };
  return { title: zh.title, explanation: zh.explanation ?? explanation };
}

/** Returns the title for use within a sentence: "timer latency", "IRQ thread". */
export function measureInText(measure: Measure): string {
  return measureWords(measure).title.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

/** Returns the title of something that the protocol names in both languages. */
export function titleOf({ title, zh }: { title: string; zh?: { title: string } }): string {
  return language() === 'zh' && zh !== undefined ? zh.title : title;
}
