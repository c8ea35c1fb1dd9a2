import { MEASURES, type Measure, type MeasureDescriptor, measures } from '@rtprobe/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { setLanguage } from './language.ts';
import {
  allMeasures,
  descriptorOf,
  isMeasure,
  learnMeasures,
  measureInText,
  measureWords,
} from './measures.ts';

afterEach(() => setLanguage('en'));

describe('a measure', () => {
  it('has a title and an explanation in both languages', () => {
    for (const language of ['en', 'zh'] as const) {
      setLanguage(language);
      for (const measure of MEASURES) {
        expect(measureWords(measure).title).not.toBe('');
        expect(measureWords(measure).explanation).not.toBe('');
      }
    }
    expect(measureWords('irqsoff').title).toBe('关中断');
  });

  it('keeps an abbreviation in capitals within a sentence', () => {
    expect(measureInText('irq_thread_duration')).toBe('IRQ thread');
    expect(measureInText('timer_latency')).toBe('timer latency');
  });

  it('of a newer bridge is shown by its descriptor', () => {
    const name = 'pcie_latency' as Measure;
    expect(measureWords(name).title).toBe('pcie_latency');
    expect(isMeasure(name)).toBe(false);
    // What a bridge sends may lack what this version asks for.
    const { title, explanation } = { title: 'PCIe latency', explanation: 'Delay of a PCIe read.' };
    const sent = { name, title, explanation, unit: 'ns', semantics: 'latency', by: ['cpu'] };
    learnMeasures([...measures, sent as unknown as MeasureDescriptor]);
    expect(measureWords(name)).toEqual({ title, explanation });
    expect(descriptorOf(name)).toMatchObject({ semantics: 'latency', tables: [] });
    expect(allMeasures().map((m) => m.name)).toEqual([...measures.map((m) => m.name), name]);
    expect(isMeasure(name)).toBe(true);
  });

  it('that both know keeps the words of this version', () => {
    learnMeasures([{ ...measures[0]!, title: 'Other' }]);
    expect(measureWords(measures[0]!.name).title).toBe(measures[0]!.title);
  });
});
