import type { Messages } from '../message.ts';

/** The bar on top and the notice beneath it. */
export const bar = {
  'shell.skip': ['Skip to the page', '跳到页面内容'],
  'bar.host': ['Host', '主机'],
  'bar.notRealTime': ['not real-time', '非实时内核'],
  'bar.seen': ['observed', '已观察'],
  'bar.seenTitle': [
    'The start of the run is unknown. This is the time that this page has observed.',
    '运行的开始时间未知。这是本页面观察到的时长。',
  ],
  'bar.run': ['run', '运行'],
  'bar.runTitle': ['Since {time}', '自 {time} 起'],
  'bar.events': ['events/s', '事件/秒'],
  'bar.lost': ['dropped', '丢弃'],
  'bar.eventsTip': [
    '{count} events per second, counted by the module on all CPUs',
    '模块在所有 CPU 上每秒统计 {count} 个事件',
  ],
  'bar.lostTip': [
    '{count} values and events dropped since the module was loaded. {missed} samples were missed because the CPU was held: a sign of latency, not counted as dropped. Details of spikes not captured: {uncaptured}. Click to show every counter.',
    '模块加载以来丢弃 {count} 个值和事件。因 CPU 被占用而错过 {missed} 个采样：这是延迟的迹象，不计入丢弃。未捕获的尖峰细节：{uncaptured}。点击查看各计数器。',
  ],
  'bar.bridge': ['bridge', '桥接'],
  'bar.probe': ['probe', '探测'],
  'bar.probeTitle': ['Share of all CPUs that the module uses', '模块自身占用所有 CPU 的比例'],
  'bar.bridgeTitle': ['Share of one core that the bridge process uses', '桥接进程占用单个核心的比例'],
  'bar.agentTitle': ['CPU time and memory of the agent on the host', '主机上代理程序的 CPU 时间和内存'],
  'bar.agentLoad': ['{ms} ms/s, {memory}', '{ms} ms/s，{memory}'],
  'bar.freeze': ['Freeze', '冻结'],
  'bar.resume': ['Resume', '恢复'],
  'bar.space': ['space', '空格'],
  'bar.theme.auto': ['Auto', '自动'],
  'bar.theme.dark': ['Dark', '深色'],
  'bar.theme.light': ['Light', '浅色'],
  'bar.theme.contrast': ['Contrast', '高对比'],
  'bar.themeSwitch': ['theme, switch', '主题，切换'],
  'bar.help': ['Help', '帮助'],
  'notice.recordingStopped': ['Recording stopped: {error}', '录制已停止：{error}'],
  'notice.refused': [
    'Ignored in the address, because it is not valid: {words}',
    '地址中的无效内容已忽略：{words}',
  ],
  'notice.newBuild': [
    'The bridge serves another version of this page. Reload the page.',
    '桥接提供了本页面的另一个版本。请重新加载。',
  ],
  'notice.maySleep': [
    'The display may turn off: this browser can keep it on only over HTTPS or on localhost',
    '屏幕可能熄灭：此浏览器只能通过 HTTPS 或在 localhost 上保持屏幕常亮',
  ],
  'mishap.title': ['This page failed', '本页面出错'],
  'mishap.explanation': [
    'The bridge continues to record. Please report the text below and what you did:',
    '桥接仍在继续记录。请报告以下内容以及您的操作：',
  ],
  'mishap.reload': ['Reload', '重新加载'],
  'unreachable.noSuchHost': ['No host with this name', '没有该名称的主机'],
  'unreachable.hosts': ['The bridge monitors these hosts:', '桥接监视以下主机：'],
  'unreachable.noHosts': ['The bridge monitors no host.', '桥接没有监视任何主机。'],
  'unreachable.noHost': ['The bridge monitors no host', '桥接没有监视任何主机'],
  'unreachable.startSource': [
    'Start the bridge with a source. {command} uses the module of this machine or a lab guest.',
    '请带数据源启动桥接。{command} 使用本机的模块或实验室虚拟机。',
  ],
  'unreachable.noBridge': ['The bridge does not respond', '桥接没有响应'],
  'unreachable.startBridge': [
    'Start the bridge with {command}. This page then connects automatically.',
    '请用 {command} 启动桥接。随后本页面会自动连接。',
  ],
  'unreachable.connecting': ['Connecting…', '正在连接……'],
} as const satisfies Messages;
