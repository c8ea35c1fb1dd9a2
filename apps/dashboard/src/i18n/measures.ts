// The measures in the page's language. The English words are the protocol's own.
import { type Measure, measures } from '@rtprobe/protocol';
import { language } from './language.ts';

interface MeasureWords {
  title: string;
  explanation: string;
}

/** Every measure of the protocol must be here, or the types say so. */
const zh: Readonly<Record<Measure, MeasureWords>> = {
  timer_latency: {
    title: '定时器延迟',
    explanation: '该 CPU 上到期的硬件定时器晚了多久才被处理：中断被关闭或正忙时，它只能等待。',
  },
  hardirq_duration: {
    title: '硬中断',
    explanation: '一次硬中断处理程序占用 CPU 的时间，已扣除不可屏蔽中断 (NMI)。',
  },
  vector_duration: {
    title: '向量中断',
    explanation: '没有中断线的中断（本地定时器、重新调度、函数调用等）占用 CPU 的时间。',
  },
};

export function measureWords(measure: Measure): MeasureWords {
  return language() === 'zh' ? zh[measure] : measures.find((m) => m.name === measure)!;
}

/** Title within a sentence. */
export function measureInText(measure: Measure): string {
  return measureWords(measure).title.toLowerCase();
}
