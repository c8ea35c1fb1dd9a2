import type { Messages } from '../translate.ts';

/** The help. */
export const help = {
  'help.label': ['help', '帮助'],
  'help.keys': ['Keys', '按键'],
  'help.close': ['close', '关闭'],
  'help.freeze': ['freeze and release; data go on behind', '冻结与恢复；数据在后台继续'],
  'help.spikes': ['next and previous spike', '下一个与上一个尖峰'],
  'help.pan': ['look at earlier or later times of the run', '查看更早或更晚的时间'],
  'help.zoom': [
    'zoom in and out; drag on the heatmap zooms to that stretch, the wheel about the pointer',
    '放大与缩小；在热图上拖动可放大该时段，滚轮以指针处为中心缩放',
  ],
  'help.note': ['write a note about the moment under the pointer', '为指针处的时刻写备注'],
  'help.palette': ['go to an interrupt, task, CPU or page by name', '按名称前往中断、任务、CPU 或页面'],
  'help.worst': ['jump to the worst spike', '跳到最差的尖峰'],
  'help.fit': ['fit: release and return to the present', '复位：恢复并回到现在'],
  'help.log': ['distribution with logarithmic latency', '以对数延迟显示分布'],
  'help.tables': ['charts as tables', '以表格显示图表'],
  'help.filter': ['filter the table of the page', '筛选本页的表格'],
  'help.escape': ['close what is open', '关闭打开的内容'],
  'help.help': ['this help', '本帮助'],
  'help.reading': [
    'Maxima and counts are exact. Percentiles come from buckets at most 6.25 % wide and are shown only where the count carries them. Hatched: no data. Orange: over the budget. The latency axis hangs on the budget and never moves for a value; what lies above it has an arrow and its number.',
    '最大值与次数是精确的。百分位数取自宽度不超过 6.25 % 的桶，只在样本数足够时显示。斜线：无数据。橙色：超出预算。延迟轴以预算为准，不随数值移动；超出轴的值用箭头和数字标出。',
  ],
} as const satisfies Messages;
