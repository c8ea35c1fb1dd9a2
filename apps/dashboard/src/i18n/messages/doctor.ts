import type { Messages } from '../message.ts';

/** The page of the doctor: settings of a machine that make latencies longer. */
export const doctor = {
  'doctor.of': ['Doctor: {host}', '体检：{host}'],
  'doctor.subtitle': ['Settings of the machine that make latencies longer', '使延迟变长的机器设置'],
  'doctor.link': ['Check settings ›', '检查设置 ›'],
  'doctor.linkHint': [
    'Which settings of this machine make latencies longer, and what to do',
    '该机器的哪些设置使延迟变长，以及如何处理',
  ],
  'doctor.collected': ['Read at {time}', '读取于 {time}'],
  'doctor.again': ['Check again', '重新检查'],
  'doctor.loading': ['The agent reads the settings…', '代理正在读取设置…'],
  'doctor.task': ['Application', '应用程序'],
  'doctor.taskHint': [
    'Name of its task. Empty: the real-time task with the highest priority',
    '其任务名。留空：优先级最高的实时任务',
  ],
  'doctor.compare': ['Compare', '比较'],
  'doctor.with': ['Priorities are compared with {task} ({policy}).', '优先级与 {task} ({policy}) 比较。'],
  'doctor.withNone': [
    'No application to compare priorities with. Start it, or enter the name of its task.',
    '没有可比较优先级的应用程序。请启动它，或输入其任务名。',
  ],
  'doctor.asUser': [
    'The agent there is not root, so some files could not be read. On that machine, sudo rtprobectl doctor --json reads all.',
    '该处的代理不是 root，因此部分文件无法读取。在该机器上用 sudo rtprobectl doctor --json 可读取全部。',
  ],
  'doctor.leftOut': [
    '{count} {n|file or task|files or tasks} exceeded a limit and {n|is|are} missing.',
    '{count} 个文件或任务超出限制，未包含在内。',
  ],
  'doctor.problem': ['Problems', '问题'],
  'doctor.problemHint': ['These make latencies longer', '它们使延迟变长'],
  'doctor.risk': ['Risks', '风险'],
  'doctor.riskHint': [
    'These can make latencies longer, depending on load, hardware and application',
    '取决于负载、硬件和应用程序，它们可能使延迟变长',
  ],
  'doctor.unknown': ['Unknown', '未知'],
  'doctor.unknownHint': ['These could not be checked', '它们无法检查'],
  'doctor.ok': ['In order', '正常'],
  'doctor.okHint': ['Nothing to change', '无需更改'],
  'doctor.noProblem': ['No problem was found.', '未发现问题。'],
  'doctor.evidence': ['Evidence', '证据'],
  'doctor.more': ['and {count} more', '以及另外 {count} 项'],
  'doctor.empty': ['(empty)', '（空）'],
  'doctor.measures': ['What this machine can measure', '该机器可以测量什么'],
  'doctor.measuresCount': ['{count} of {all} measures', '{all} 个测量项中的 {count} 个'],
  'doctor.measuresAll': ['All measures are available.', '所有测量项均可用。'],
  'doctor.measuresUnknown': ['Unknown: no module is loaded there.', '未知：该处未加载模块。'],
} as const satisfies Messages;
