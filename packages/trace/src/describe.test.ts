import { describe, expect, it } from 'vitest';
import type { ChainNode, ChainStep } from './chain.ts';
import { chainSentence, nodeWords } from './describe.ts';

const node = (kind: ChainNode['kind'], label: string, name = ''): ChainNode => ({ kind, label, name });
const irq = node('irq', 'irq 36', 'virtio1-req.0');
const block = node('softirq', 'BLOCK');
const kworker = node('task', 'kworker/1:1/3', 'kworker/1:1');
const victim = node('task', 'cyclictest/2', 'cyclictest');
const step = (from: ChainNode, how: ChainStep['how'], to: ChainNode): ChainStep => ({
  ...{ from, how, to, at: 0, durationNs: 410_000 },
});

describe('the sentence of a chain', () => {
  it('goes from step to step, and leaves who held the CPU to the sentence of the spike', () => {
    const steps = [
      step(irq, 'raised', block),
      step(block, 'woke', kworker),
      step(kworker, 'woke', victim),
      step(irq, 'held', victim),
    ];
    expect(chainSentence(steps)).toBe(
      'Irq 36 (virtio1-req.0) raised softirq BLOCK, which woke kworker/1:1/3, which woke cyclictest/2.',
    );
  });

  it('says what was waited for, and how long', () => {
    const steps = [step(victim, 'waited', node('lock', 'pi_lock')), step(kworker, 'woke', victim)];
    expect(chainSentence(steps)).toBe(
      'kworker/1:1/3 woke cyclictest/2; cyclictest/2 waited 410 µs for pi_lock.',
    );
  });

  it('does not join what does not follow from each other', () => {
    expect(chainSentence([step(irq, 'raised', block), step(kworker, 'woke', victim)])).toBe(
      'Irq 36 (virtio1-req.0) raised softirq BLOCK; kworker/1:1/3 woke cyclictest/2.',
    );
  });

  it('is missing when nothing was raised, woken or waited for', () => {
    expect(chainSentence([step(irq, 'held', victim)])).toBeUndefined();
  });

  it('calls each node by what it is, nothing in a name invisible', () => {
    expect(nodeWords(node('vector', 'LOC', 'local timer'))).toBe('the local timer interrupt (LOC)');
    expect(nodeWords(node('irq', 'irq 5', 'a\u202e'))).toBe('irq 5 (a\\u{202e})');
    expect(nodeWords(node('idle', 'idle'))).toBe('the idle task');
  });
});
