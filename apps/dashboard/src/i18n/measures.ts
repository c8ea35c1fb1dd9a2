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
  thread_latency: {
    title: '线程延迟',
    explanation: '该 CPU 的实时探测线程在定时器到期后晚了多久才运行：即 cyclictest 所测量的值。',
  },
  wakeup_latency: {
    title: '唤醒延迟',
    explanation: '实时任务从被唤醒到开始运行所等待的时间。',
  },
  irq_to_task: {
    title: '中断到任务',
    explanation: '从硬中断开始，经过软中断和中断线程，到最终被唤醒的任务开始运行的时间。',
  },
  irqsoff: {
    title: '关中断',
    explanation: 'CPU 保持中断关闭的时间：由迟到的采样证明，在内核能够告知之处则是精确值。',
  },
  irqline_off: {
    title: '中断线被禁用',
    explanation: '驱动程序禁用某条中断线的时间。',
  },
  irq_thread_latency: {
    title: '中断线程延迟',
    explanation: '线程化中断处理程序从硬中断到开始运行所等待的时间。',
  },
  irq_thread_duration: {
    title: '中断线程',
    explanation: '线程化中断处理程序一次连续运行的时间，已扣除中断。',
  },
  softirq_latency: {
    title: '软中断延迟',
    explanation: '软中断从被触发到开始运行所等待的时间。',
  },
  softirq_duration: {
    title: '软中断',
    explanation: '软中断运行的时间，已扣除中断。',
  },
  stolen: {
    title: '被占用的时间',
    explanation: '任务运行期间，中断和软中断从它那里占用的时间。',
  },
};

export function measureWords(measure: Measure): MeasureWords {
  return language() === 'zh' ? zh[measure] : measures.find((m) => m.name === measure)!;
}

/** Title within a sentence. */
export function measureInText(measure: Measure): string {
  return measureWords(measure).title.toLowerCase();
}
