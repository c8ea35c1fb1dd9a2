import type { Advice, DoctorFinding } from '@rtprobe/protocol';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, describe, expect, it } from 'vitest';
import { setLanguage } from '../../i18n/language.ts';
import { FindingRow } from './FindingRow.tsx';

const advice: Advice = {
  ...{ id: 'swap', title: 'Swap', what: 'Pages move to the drive.', try: ['Run swapoff -a.'] },
  ...{ risk: 'Less memory.', docs: ['man 8 swapoff'] },
  zh: { title: '交换空间', what: '页被换出。', try: ['运行 swapoff -a。'], risk: '内存减少。' },
};
const finding: DoctorFinding = {
  ...{ id: 'swap', state: 'risk', title: 'Swap', zh: { title: '交换空间' }, advice },
  evidence: [{ source: '/proc/swaps', value: '/dev/sda2 <b>' }],
};
const html = (more: Partial<DoctorFinding> = {}) =>
  renderToStaticMarkup(<FindingRow finding={{ ...finding, ...more }} />);

afterEach(() => setLanguage('en'));

describe('a finding of the doctor', () => {
  it('has evidence, effect and remedy, and open evidence if it needs a remedy', () => {
    const text = html();
    expect(text).toContain('<details class="doctor-evidence" open="">');
    expect(text).toContain('/dev/sda2 &lt;b&gt;');
    expect(text).toContain('Pages move to the drive.');
    expect(text).toContain('Run swapoff -a.');
  });

  it('has closed evidence and no remedy if it is in order', () => {
    const text = html({ state: 'ok' });
    expect(text).toContain('<details class="doctor-evidence">');
    expect(text).not.toContain('swapoff');
  });

  it('says why it is unknown, in the language of the page', () => {
    const zh = { title: '交换空间', reason: '没有文件' };
    const unknown = { state: 'unknown', reason: 'no such file', zh, evidence: [] } as const;
    expect(html(unknown as unknown as Partial<DoctorFinding>)).toContain('no such file');
    setLanguage('zh');
    const text = html(unknown as unknown as Partial<DoctorFinding>);
    expect(text).toContain('没有文件');
    expect(text).not.toContain('no such file');
    expect(html()).toContain('页被换出。');
  });

  it('counts evidence that is not listed', () => {
    expect(html({ moreEvidence: 7 })).toContain('and 7 more');
  });
});
