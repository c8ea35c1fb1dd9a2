import type { Messages } from '../message.ts';

/** Row 1: the verdict and the figures beside it. */
export const headline = {
  'headline.irqsOff': ['Interrupts disabled, worst', '关中断，最差'],
  'headline.worstCase': ['Worst case', '最坏情况'],
  'headline.noBudget': ['no budget set', '未设定预算'],
  'headline.over': ['over budget {budget} by {excess}', '超出预算 {budget}，多 {excess}'],
  'headline.within': ['within budget {budget}', '在预算 {budget} 之内'],
  'headline.beforePage': ['before this page was opened', '在本页面打开之前'],
  'headline.worstOf': ['worst of {count}', '{count} 个值中的最大值'],
  'headline.exactness': [
    'Percentiles are read from buckets: at most 6.25 % too high, never too low.',
    '百分位数取自直方图桶：最多偏高 6.25 %，从不偏低。',
  ],
  'headline.percentileTip': [
    '{label} of {count} values since the run began: {value}. Percentiles are read from buckets: at most 6.25 % too high, never too low. The last minutes contain {recent} values.',
    '运行开始以来 {count} 个值的 {label}：{value}。百分位数取自直方图桶：最多偏高 6.25 %，从不偏低。最近几分钟有 {recent} 个值。',
  ],
  'headline.incidentsTip': [
    'Spikes of one physical event are one incident. This page has {count} in memory; {fresh} of them are not acknowledged. {noise} more were caused outside Linux: by the host or the hypervisor. The module captured {spikes} spikes since it was loaded; the lowest threshold is {threshold}.',
    '同一物理事件的尖峰算作一个异常事件。本页面内存中有 {count} 个，其中 {fresh} 个未确认。另有 {noise} 个由 Linux 之外造成：主机或虚拟机管理程序。模块加载以来捕获 {spikes} 个尖峰；最低阈值为 {threshold}。',
  ],
  'headline.countTip': [
    '{count} values of {measure} since the run began. {lost} values and events of all kinds were dropped.',
    '运行开始以来{measure}共 {count} 个值。各类值和事件共丢弃 {lost} 个。',
  ],
  'headline.needs': [
    'Needs {needed} values; the run has {count}',
    '需要 {needed} 个值，本次运行有 {count} 个',
  ],
  'headline.last': ['last {age} {value}', '最近 {age} {value}'],
  'headline.noThreshold': ['no threshold set', '未设定阈值'],
  'headline.noneYet': ['No {measure} yet', '尚无{measure}'],
  'headline.offline': ['The host does not respond.', '主机没有响应。'],
  'headline.off': [
    'This measure is off on the host. Turn it on under Rules.',
    '该测量项在主机上已关闭。可在“规则”页面开启。',
  ],
  'headline.waiting': ['Waiting for the first value.', '正在等待第一个值。'],
  'verdict.noThreshold': [
    'Nothing is captured, because this measure has no threshold.',
    '该测量项未设定阈值，因此没有捕获。',
  ],
  'verdict.under': [
    'The value is not over the threshold, so no cause was captured.',
    '该值未超过阈值，因此没有捕获原因。',
  ],
  'verdict.notHeld': [
    'Its capture is not in memory: it is older than the captures on this page, or their list was full.',
    '它的捕获不在内存中：它早于本页面的捕获，或列表已满。',
  ],
} as const satisfies Messages;
