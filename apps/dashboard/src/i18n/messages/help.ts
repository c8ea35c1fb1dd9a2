import type { Messages } from '../message.ts';

/** The help, and what all dialogs have. */
export const help = {
  'dialog.close': ['close', '关闭'],
  'help.label': ['help', '帮助'],
  'help.title': ['Help', '帮助'],
  'help.purpose': [
    'rtprobe shows which interrupt and which process just cost a deadline on a Linux machine.',
    'rtprobe 显示在 Linux 机器上刚刚是哪个中断、哪个进程导致错过了截止时间。',
  ],
  'help.measures': ['What is measured', '测量的内容'],
  'help.howToRead': ['How to read it', '如何解读'],
  'help.verdict': ['Verdict', '判定'],
  'help.verdictText': [
    'The largest value of the run against the budget. The budget is the host’s threshold, or what the address says: budget=250us.',
    '整个运行期间的最大值与预算的比较。预算即主机的阈值，或由地址给出：budget=250us。',
  ],
  'help.heatmap': ['Heatmap', '热图'],
  'help.heatmapText': [
    'Time to the right, latency upwards, colour for how many. The line is the largest value of each slice. The axis hangs on the budget and never moves for a value; what lies above it has an arrow and its number.',
    '横轴为时间，纵轴为延迟，颜色表示个数。折线是每个时间片的最大值。坐标轴以预算为准，不随数值移动；超出部分用箭头和数字标出。',
  ],
  'help.spike': ['Spike', '尖峰'],
  'help.spikeText': [
    'A value over the threshold, with who interrupted whom. It stays until you acknowledge it. A click freezes the page and opens it; data go on behind.',
    '超过阈值的一个值，并说明谁打断了谁。它会一直保留，直到您确认。点击会冻结页面并打开它；数据在后台继续。',
  ],
  'help.exact': ['Exactness', '精确度'],
  'help.exactText': [
    'Maxima and counts are exact. Percentiles come from buckets at most 6.25 % wide and are shown only where the count carries them.',
    '最大值与次数是精确的。百分位数取自宽度不超过 6.25 % 的桶，只在样本数足够时显示。',
  ],
  'help.missing': ['Missing data', '缺失的数据'],
  'help.missingText': [
    'Hatched: no data came. Whatever was lost is counted in the bar. Orange is for what is over the budget, and for nothing else.',
    '斜线：没有数据到达。丢失的一切都在顶栏中计数。橙色只用于超出预算的内容。',
  ],
  'help.keys': ['Keys', '按键'],
  'help.keysAreOn': ['keys are on', '按键已启用'],
  'help.keysAreOff': ['keys are off', '按键已停用'],
  'help.keysWhy': [
    'switch them off where speech input types letters; ? and Esc stay',
    '使用语音输入时可停用，以免误触；? 与 Esc 仍然有效',
  ],
  'help.freeze': ['freeze and release; data go on behind', '冻结与恢复；数据在后台继续'],
  'help.spikes': ['next and previous spike', '下一个与上一个尖峰'],
  'help.pan': ['look at earlier or later times of the run', '查看更早或更晚的时间'],
  'help.zoom': [
    'zoom in and out; drag on the heatmap zooms to that stretch, the wheel about the pointer',
    '放大与缩小；在热图上拖动可放大该时段，滚轮以指针处为中心缩放',
  ],
  'help.note': ['write a note about the moment under the pointer', '为指针处的时刻写备注'],
  'help.palette': ['go to an interrupt, task, CPU or page by name', '按名称前往中断、任务、CPU 或页面'],
  'help.picture': [
    'picture of the first screen or of an autopsy, as PNG or SVG',
    '把首屏或剖析页保存为 PNG 或 SVG 图片',
  ],
  'help.perfetto': ['open the trace of an autopsy in Perfetto', '在 Perfetto 中打开剖析的踪迹'],
  'help.worst': ['jump to the worst spike', '跳到最差的尖峰'],
  'help.fit': ['fit: release and return to the present', '复位：恢复并回到现在'],
  'help.log': ['distribution with logarithmic latency', '以对数延迟显示分布'],
  'help.tables': ['charts as tables', '以表格显示图表'],
  'help.filter': ['filter the table of the page', '筛选本页的表格'],
  'help.escape': ['close what is open', '关闭打开的内容'],
  'help.help': ['this help', '本帮助'],
} as const satisfies Messages;
