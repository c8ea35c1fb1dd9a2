import { describe, expect, it } from 'vitest';
import { sshCommand } from './ssh.ts';

describe('the ssh command of a host', () => {
  it.each(['cnc-07', 'root@cnc-07', 'pi@192.0.2.7', 'robot_1', 'fe80::1', 'a.b.example.org'])(
    'takes %s',
    (host) => {
      const command = sshCommand(host);
      expect(command.slice(-3)).toEqual(['--', host, 'rtprobe-agent']);
      expect(command[0]).toBe('ssh');
    },
  );

  it.each([
    '-oProxyCommand=touch /tmp/x',
    '--',
    '',
    'a b',
    'a;reboot',
    'a$(reboot)',
    'a`reboot`',
    'a\nb',
    'root@-oProxyCommand=x',
    '@a',
    'a@b@c',
    'ssh://a',
    'a'.repeat(300),
  ])('refuses %j by name', (host) => {
    expect(() => sshCommand(host)).toThrow(expect.objectContaining({ code: 'E_SSH_HOST', word: host }));
  });
});
