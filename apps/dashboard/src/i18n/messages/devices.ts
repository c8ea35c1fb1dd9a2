import type { Messages } from '../message.ts';

/** Interrupt lines and their devices. */
export const devices = {
  'device.title': ['Device', '设备'],
  'device.ofCause': ['Device of the cause', '原因所属的设备'],
  'device.several': ['Devices of this line', '此中断线上的设备'],
  'device.bus': ['Address', '地址'],
  'device.ids': ['ID', 'ID'],
  'device.board': ['Board', '板卡'],
  'device.driver': ['Driver', '驱动'],
  'device.module': ['Module', '模块'],
  'device.builtIn': ['built into the kernel', '内建于内核'],
  'device.interfaces': ['Interfaces', '接口'],
  'device.action': ['Action', '处理程序'],
  'device.attached': ['Attached', '连接的设备'],
  'device.unmatched': ['not matched to an action', '未能对应到处理程序'],
  'device.none': [
    'No device is known for this line. The kernel lists no interrupts of platform devices.',
    '未知此中断线所属的设备。内核不列出平台设备的中断。',
  ],
  'device.noLine': ['The agent found no such line.', '代理未找到此中断线。'],
  'device.waiting': ['Waiting for the agent.', '等待代理应答。'],
  'device.unsupported': [
    'The agent of this host does not report devices. Install the agent of this release.',
    '该主机的代理不报告设备。请安装此版本的代理。',
  ],
  'device.unrecorded': ['This recording contains no devices.', '此录制不含设备信息。'],
  'device.leftOut': [
    '{count} {n|value|values} exceeded a limit of the agent and {n|is|are} missing.',
    '{count} 项超出代理的上限，未列出。',
  ],
  'line.hwirq': ['Hardware number', '硬件编号'],
  'line.trigger': ['Trigger', '触发方式'],
  'line.edge': ['edge', '边沿'],
  'line.level': ['level', '电平'],
  'line.effective': ['Effective', '有效亲和性'],
  'line.effectiveHint': ['CPUs to which the chip delivers the interrupt', '中断控制器实际投递到的 CPU'],
  'line.differsHint': [
    'The chip delivers the interrupt to these CPUs only. They differ from the affinity.',
    '中断控制器仅投递到这些 CPU，与设定的亲和性不同。',
  ],
  'line.differs': ['differs', '不同'],
  'line.actionsHint': [
    'Actions on this line, also those that did not run yet',
    '此中断线上的处理程序，含尚未运行的',
  ],
  'line.actions': ['Actions', '处理程序'],
} as const satisfies Messages;
