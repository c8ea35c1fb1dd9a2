import type { Messages } from '../message.ts';

export const login = {
  'login.title': ['Log in', '登录'],
  'login.what': [
    'rtprobe shows which interrupt and which process cost a deadline on a Linux machine.',
    'rtprobe 显示 Linux 机器上是哪个中断、哪个进程导致错过了截止时间。',
  ],
  'login.ended': [
    'Your session ended: it expired, or somebody logged all browsers out.',
    '会话已结束：已过期，或有人注销了所有浏览器。',
  ],
  'login.run': [
    'On the machine that runs the bridge, run this command as the same user, or with sudo:',
    '在运行桥接的机器上，以同一用户或使用 sudo 运行此命令：',
  ],
  'login.viewer': [
    'For a screen that only shows data, use {command}.',
    '仅用于显示数据的屏幕，请使用 {command}。',
  ],
  'login.copy': ['Copy', '复制'],
  'login.copied': ['Copied', '已复制'],
  'login.paste': ['Paste the printed code within 60 seconds:', '在 60 秒内粘贴打印的代码：'],
  'login.code': ['Login code', '登录代码'],
  'login.placeholder': ['Code or address', '代码或地址'],
  'login.logIn': ['Log in', '登录'],
  'login.why': [
    'Spikes contain command lines, files and sockets of the machine. The bridge shows them only to browsers that are logged in.',
    '尖峰包含机器的命令行、文件和套接字。桥接仅向已登录的浏览器显示。',
  ],
  'login.wrongCode': [
    'This code is wrong, was used before, or is older than 60 seconds. Run the command again and paste the new code.',
    '此代码不正确、已使用或已超过 60 秒。请重新运行命令并粘贴新代码。',
  ],
  'login.viewerCode': [
    'This code is for a viewer. A viewer cannot make changes. Run the command with --role operator and paste the new code.',
    '此代码属于只能查看的用户。请使用 --role operator 运行命令并粘贴新代码。',
  ],
  'login.tooOften': [
    'Too many wrong codes. Wait a few seconds, then try again.',
    '错误代码过多。请稍候几秒再试。',
  ],
  'login.unreachable': [
    'The bridge does not respond. Check that it runs, then try again.',
    '桥接没有响应。请确认它正在运行，然后重试。',
  ],
  'login.asViewer': ['Logged in as viewer: reads only', '以查看者身份登录：只能查看'],
  'login.asOperator': ['Logged in as operator: reads and changes', '以操作者身份登录：可查看和更改'],
  'login.session': ['Session', '会话'],
  'login.logOut': ['Log out', '注销'],

  'operator.title': ['Operator login', '操作者登录'],
  'operator.why': [
    'This browser is logged in as viewer. Only an operator can make changes. Run {command} on the machine that runs the bridge, and paste the code.',
    '此浏览器以查看者身份登录，只有操作者可以更改。请在运行桥接的机器上运行 {command}，然后粘贴代码。',
  ],
  'operator.cancel': ['Cancel', '取消'],
} as const satisfies Messages;
