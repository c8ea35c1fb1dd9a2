import type { Messages } from '../message.ts';

/** Row 1: the verdict and the figures beside it. */
export const headline = {
  'headline.irqsOff': ['irqs off, worst', '关中断，最差'],
  'headline.worstCase': ['worst case', '最坏情况'],
  'headline.noBudget': ['no budget set', '未设定预算'],
  'headline.over': ['over budget {budget} by {excess}', '超出预算 {budget}，多 {excess}'],
  'headline.within': ['within budget {budget}', '在预算 {budget} 之内'],
  'headline.beforePage': ['before this page was opened', '在本页面打开之前'],
  'headline.ago': ['{span} ago', '{span} 前'],
  'headline.worstOf': ['worst of {count}', '{count} 个值中的最大值'],
  'headline.exactness': [
    'read from buckets: at most 6.25 % too high, never too low',
    '取自直方图桶：最多偏高 6.25 %，从不偏低',
  ],
  'headline.percentileTip': [
    '{label} of {count} values since the run began: {value}, read from buckets, at most 6.25 % too high and never too low. The last minutes hold {recent} values.',
    '运行开始以来 {count} 个值的 {label}：{value}，取自直方图桶，最多偏高 6.25 %，从不偏低。最近几分钟有 {recent} 个值。',
  ],
  'headline.spikesTip': [
    '{count} captured since the module was loaded; {held} are held on this page, {fresh} of them not acknowledged',
    '模块加载以来捕获 {count} 个；本页面保存 {held} 个，其中 {fresh} 个未确认',
  ],
  'headline.countTip': [
    '{count} values of {measure} since the run began; {lost} events of any kind were lost',
    '运行开始以来{measure}共 {count} 个值；各类事件共丢失 {lost} 个',
  ],
  'headline.needs': ['needs {needed} values, there are {count}', '需要 {needed} 个值，现有 {count} 个'],
  'headline.fromN': ['from n = {count}', 'n ≥ {count} 时显示'],
  'headline.last': ['last {age} {value}', '最近 {age} {value}'],
  'headline.spikes': ['spikes', '尖峰'],
  'headline.spikesOver': ['spikes > {threshold}', '尖峰 > {threshold}'],
  'headline.noThreshold': ['no threshold is set', '未设定阈值'],
  'headline.new': ['{count} new', '{count} 个新的'],
  'headline.noneYet': ['no {measure} yet', '尚无{measure}'],
  'headline.offline': ['The host does not answer.', '主机没有响应。'],
  'headline.off': ['This measure is switched off on the host.', '该测量项在主机上已关闭。'],
  'headline.waiting': ['Waiting for the first value.', '正在等待第一个值。'],
  'verdict.noThreshold': ['No threshold is set, so nothing is captured.', '未设定阈值，因此没有捕获。'],
  'verdict.under': [
    'It stayed under the threshold, so no cause was captured.',
    '它没有超过阈值，因此没有捕获原因。',
  ],
  'verdict.notHeld': [
    'Its capture is not held: it came before the captures on this page, or their list was full.',
    '没有保留它的捕获：它早于本页面的捕获，或者列表已满。',
  ],
} as const satisfies Messages;
