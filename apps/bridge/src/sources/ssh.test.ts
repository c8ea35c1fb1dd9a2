import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Preamble, REMOTE_COMMAND, sshCommand } from './ssh.ts';

describe('the ssh command of a host', () => {
  it.each(['cnc-07', 'root@cnc-07', 'pi@192.0.2.7', 'robot_1', 'fe80::1', 'a.b.example.org'])(
    'takes %s',
    (host) => {
      const command = sshCommand(host);
      expect(command.slice(-3)).toEqual(['--', host, REMOTE_COMMAND]);
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

describe('the line that an ssh host sends before its agent starts', () => {
  const FRAME = Buffer.concat([Buffer.from('RTP1'), Buffer.alloc(8)]);
  const LINE = `rtprobe-host ${'0123456789abcdef'.repeat(2)} 01234567-89ab-cdef-0123-456789abcdef\n`;
  function read(...chunks: (string | Buffer)[]) {
    const told: unknown[] = [];
    const preamble = new Preamble((identity) => told.push(identity));
    const rest = Buffer.concat(chunks.map((chunk) => preamble.read(Buffer.from(chunk as string))));
    return { told, rest };
  }

  it('contains the machine and its boot, wherever it is split, and after the banner of a login shell', () => {
    const whole = read(LINE, FRAME);
    expect(whole.told).toEqual([
      { machine: expect.stringMatching(/^[0-9a-f]{32}$/), boot: expect.stringContaining('-89ab-') },
    ]);
    expect(whole.rest).toEqual(FRAME);
    expect(read('Welcome to cnc-07\r\nrtprobe-h', LINE.slice(9), FRAME)).toEqual(whole);
    // The machine id itself must not leave the machine.
    expect(JSON.stringify(whole.told)).not.toContain('0123456789abcdef0123');
  });

  it('may be missing: a key that runs only the agent, a machine without an id', () => {
    expect(read(FRAME)).toEqual({ told: [], rest: FRAME });
    expect(read('rtprobe-host - -\n', FRAME)).toEqual({ told: [], rest: FRAME });
    expect(read('x'.repeat(10_000), FRAME).rest).toHaveLength(10_000 + FRAME.length);
  });

  it('is what a shell prints', () => {
    const remote = REMOTE_COMMAND.replace('exec rtprobe-agent', 'echo agent');
    const printed = spawnSync('sh', ['-c', remote], { encoding: 'utf8' }).stdout;
    expect(printed).toMatch(/^rtprobe-host \S+ [0-9a-f-]{36}\nagent\n$/);
  });
});
