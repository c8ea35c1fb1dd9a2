import type { Messages } from '../message.ts';

/** The card that strikes out causes. */
export const whatIf = {
  'whatIf.title': ['What if a cause were gone', '如果某个原因不存在'],
  'whatIf.loading': ['Reading the parts of the spikes…', '正在读取尖峰的组成部分…'],
  'whatIf.none': [
    'No spikes of this measure with parts in this time range. Nothing is known about values below the threshold.',
    '此时间范围内没有该测量项的带组成部分的尖峰。低于阈值的数值无从得知。',
  ],
  'whatIf.measured': [
    'as measured: max {max}, {over} over {threshold}',
    '实测：最大 {max}，{over} 个超过 {threshold}',
  ],
  'whatIf.remaining': [
    'without the selected causes: max {max} at most, {over} over it',
    '去掉所选原因：最大不超过 {max}，{over} 个超过',
  ],
  'whatIf.strike': ['Strike out {name}', '去掉 {name}'],
  'whatIf.spikes': ['Spikes', '尖峰数'],
  'whatIf.largest': ['Largest part', '最大部分'],
  'whatIf.max': ['Max without it', '去掉后的最大值'],
  'whatIf.maxHint': ['At most; values without parts stay as they are', '上限；没有组成部分的数值保持不变'],
  'whatIf.over': ['Over the threshold', '超过阈值'],
  'whatIf.clear': ['Clear', '清除'],
  'whatIf.limits': [
    'Spikes lose the parts of the cause; all other values stay. {unknown} {n|value|values} over the threshold {n|has|have} no parts. Nothing is known below {threshold}. Without a cause, others can run at another time, and can become longer or meet.',
    '尖峰去掉该原因的部分，其他数值不变。{unknown} 个超过阈值的数值没有组成部分。低于 {threshold} 的情况无从得知。没有某个原因时，其他原因可能在另外的时间运行、变长或相遇。',
  ],
  'whatIf.composed': ['Composed worst case', '组合最坏情况'],
  'whatIf.composedHint': [
    'Sum of the largest parts that were seen on CPU {cpu}. They have not met yet; nothing proves that they can, or that larger parts do not exist.',
    'CPU {cpu} 上出现过的各最大部分之和。它们尚未同时出现；不能证明它们会同时出现，也不能证明不存在更大的部分。',
  ],
  'whatIf.sum': [
    '{sum} on CPU {cpu}; the largest value observed there is {observed}',
    'CPU {cpu} 上为 {sum}；在该 CPU 上观察到的最大值为 {observed}',
  ],
  'whatIf.part': ['Part', '部分'],
  'whatIf.more': ['{count} smaller {n|part is|parts are} in the sum, too', '总和还包含 {count} 个较小的部分'],
  'whatIf.moreCauses': ['{count} smaller {n|cause is|causes are} not shown', '未显示 {count} 个较小的原因'],
} as const satisfies Messages;
