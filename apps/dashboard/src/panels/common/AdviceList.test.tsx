import type { Advice } from '@rtprobe/protocol';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, describe, expect, it } from 'vitest';
import { setLanguage } from '../../i18n/language.ts';
import { AdviceList } from './AdviceList.tsx';

const tick: Advice = {
  ...{
    id: 'tick',
    title: 'Scheduler tick',
    what: 'It <runs>.',
    try: ['Stop it.', 'Isolate.'],
    risk: 'Slow.',
  },
  docs: ['Documentation/timers/no_hz.rst', 'https://docs.kernel.org/timers/no_hz.html'],
  zh: { title: '调度时钟节拍', what: '周期定时器。', try: ['停止。', '隔离。'], risk: '变慢。' },
};
const own: Advice = {
  ...{ id: 'own', title: 'Ours', what: 'It polls.', try: ['Stop it.'], risk: 'None.', docs: ['man 8 ours'] },
  ...{ possible: true, file: '/etc/rtprobe/knowledge.d/a.yaml' },
};

const show = (advice: Advice[] | undefined, isOpen = true) =>
  renderToStaticMarkup(<AdviceList advice={advice} isOpen={isOpen} />);

/** Returns the text of markup. */
const textOf = (markup: string) => markup.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

afterEach(() => setLanguage('en'));

describe('the list of what to try', () => {
  it('is absent without entries, as from a bridge of an earlier release', () => {
    expect(show(undefined)).toBe('');
    expect(show([])).toBe('');
  });

  it('shows what the cause is, what to try, the risk, and where it is documented', () => {
    const markup = show([tick]);
    expect(textOf(markup)).toContain(
      'Scheduler tick It &lt;runs&gt;. Stop it. Isolate. Risk: Slow. Documented in: Documentation/timers/no_hz.rst',
    );
    expect(markup).toContain('href="https://docs.kernel.org/timers/no_hz.html"');
    expect(markup).not.toContain('href="Documentation');
  });

  it('opens only the first entry, and none where room is short', () => {
    expect(show([tick, own]).match(/<details[^>]*open/g)).toHaveLength(1);
    expect(show([tick, own], false)).not.toMatch(/<details[^>]*open/);
  });

  it('says of an entry that the record does not prove that it may be the cause, and which file has it', () => {
    expect(textOf(show([own]))).toMatch(
      /Ours · may be the cause The record does not prove that .* Entry from \/etc\/rtprobe\/knowledge.d\/a.yaml/,
    );
    expect(textOf(show([tick]))).not.toContain('may be');
  });

  it('is in the language of the page; entries without Chinese are marked as English', () => {
    setLanguage('zh');
    expect(textOf(show([tick]))).toMatch(/可尝试的措施 调度时钟节拍 周期定时器。 停止。 隔离。 风险: 变慢。/);
    expect(show([tick])).not.toContain('lang="en"');
    expect(show([own])).toContain('<b lang="en">Ours</b>');
  });
});
