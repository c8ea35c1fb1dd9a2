import type { Messages } from '../message.ts';

/** The help, and the texts of all dialogs. */
export const help = {
  'dialog.close': ['Close', '关闭'],
  'help.label': ['Help', '帮助'],
  'help.title': ['Help', '帮助'],
  'help.purpose': [
    'rtprobe shows which interrupt and which process made a Linux machine miss a deadline.',
    'rtprobe 显示哪个中断、哪个进程使 Linux 机器错过了截止时间。',
  ],
  'help.measures': ['Measures', '测量项'],
  'help.howToRead': ['How to read the display', '如何解读'],
  'help.verdict': ['Verdict', '判定'],
  'help.verdictText': [
    'Compares the largest value of the run with the budget. The budget is the threshold of the measure, unless the address sets one, such as budget=250us.',
    '比较整个运行期间的最大值与预算。预算即该测量项的阈值，除非地址另行指定，如 budget=250us。',
  ],
  'help.heatmap': ['Heatmap', '热图'],
  'help.heatmapText': [
    'Time runs to the right and latency upwards. Colour shows the number of values. The line shows the largest value of each slice. The axis is scaled to the budget and never rescales on its own. An arrow with a number marks a value above the axis.',
    '横轴为时间，纵轴为延迟，颜色表示个数。折线是每个时间片的最大值。坐标轴按预算设定，不会自行缩放。超出坐标轴的值用箭头和数字标出。',
  ],
  'help.spike': ['Spike', '尖峰'],
  'help.spikeText': [
    'A value over the threshold, with its cause and its victim. It is new until you acknowledge it. A click freezes the display and opens the spike; recording continues in the background.',
    '超过阈值的值，及其原因和受害者。在您确认之前，它标为新的。点击会冻结显示并打开该尖峰；后台继续记录。',
  ],
  'help.exact': ['Exactness', '精确度'],
  'help.exactText': [
    'Maxima and counts are exact. Percentiles come from buckets at most 6.25 % wide. A percentile is shown only if there are enough values.',
    '最大值与次数是精确的。百分位数取自宽度不超过 6.25 % 的桶，只在样本数足够时显示。',
  ],
  'help.missing': ['Missing data', '缺失的数据'],
  'help.missingText': [
    'A hatched area means that no data arrived. The bar counts everything that was dropped or missed. Orange marks only what is over the budget.',
    '斜线表示没有数据到达。顶栏统计所有被丢弃和错过的数据。橙色只标记超出预算的内容。',
  ],
  'help.keys': ['Keys', '按键'],
  'help.keysAreOn': ['Keys are on', '按键已启用'],
  'help.keysAreOff': ['Keys are off', '按键已停用'],
  'help.keysWhy': [
    'Turn keys off if speech input types letters. ? and Esc always work.',
    '使用语音输入时可停用，以免误触。? 与 Esc 始终有效。',
  ],
  'help.freeze': [
    'Freeze or resume the display; recording continues in the background',
    '冻结或恢复显示；后台继续记录',
  ],
  'help.spikes': ['Show the next or previous spike', '显示下一个或上一个尖峰'],
  'help.pan': ['Show earlier or later times of the run', '查看更早或更晚的时间'],
  'help.replay': [
    'On a recording: play or pause, move by 10 s; . and , go to the next or previous spike of it',
    '在录制中：播放或暂停，移动 10 秒；. 和 , 跳到其下一个或上一个尖峰',
  ],
  'help.zoom': [
    'Zoom in or out; on the heatmap, drag zooms to a time range and the wheel zooms at the pointer',
    '放大或缩小；在热图上拖动可放大该时段，滚轮以指针处为中心缩放',
  ],
  'help.note': ['Add a note at the time under the pointer', '为指针处的时刻添加备注'],
  'help.palette': ['Go to an interrupt, task, CPU or page by name', '按名称前往中断、任务、CPU 或页面'],
  'help.picture': [
    'Export the first screen or a spike report as PNG or SVG',
    '把首屏或报告导出为 PNG 或 SVG',
  ],
  'help.perfetto': ['Open the trace of a spike report in Perfetto', '在 Perfetto 中打开报告的跟踪记录'],
  'help.worst': ['Show the worst spike', '显示最差的尖峰'],
  'help.fit': ['Resume the display and return to the present', '恢复显示并回到现在'],
  'help.log': ['Switch the latency axis of the distribution to logarithmic', '将分布的延迟轴切换为对数'],
  'help.tables': ['Show charts as tables', '以表格显示图表'],
  'help.filter': [
    'Filter the table of the page; search the timeline of a spike',
    '筛选本页的表格；搜索尖峰的时间线',
  ],
  'help.escape': ['Close the open dialog or panel', '关闭打开的对话框或面板'],
  'help.help': ['Show this help', '显示本帮助'],
} as const satisfies Messages;
