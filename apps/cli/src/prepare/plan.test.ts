import { describe, expect, it } from 'vitest';
import { elfMachine } from './agent-file.ts';
import { planFor } from './plan.ts';
import { remoteCommand } from './remote.ts';
import { parseTarget, type Target } from './target.ts';

const ANSWER = `Welcome to cnc-07
agent=/a/banner
rtprobe-target
machine=aarch64
kernel=6.12.0-rt
uid=1000
sudo=yes
agent=/usr/local/bin/rtprobe-agent
version=rtprobe-agent 0.0.9
installed=0.1.0
missing=gcc
debian=yes
`;
const VERSION = 'rtprobe-agent 0.1.0';
const wanted = { agentVersion: VERSION, installModule: false };
const BARE: Target = {
  ...{ machine: 'x86_64', kernel: '6.12.0', uid: 0, sudo: false, agent: undefined, loaded: undefined },
  ...{ installed: undefined, headers: true, missing: [], debian: true, locked: false },
};
const agent = (path: string, version = VERSION, isAllowed = true) => ({ path, version, isAllowed });

describe('what another machine says', () => {
  it('is read after its banner', () => {
    expect(parseTarget(ANSWER)).toEqual({
      ...{ machine: 'aarch64', kernel: '6.12.0-rt', uid: 1000, sudo: true },
      agent: { path: '/usr/local/bin/rtprobe-agent', version: 'rtprobe-agent 0.0.9', isAllowed: false },
      ...{
        loaded: undefined,
        installed: '0.1.0',
        headers: false,
        missing: ['gcc'],
        debian: true,
        locked: false,
      },
    });
  });

  it.each(['', 'Welcome\n', 'rtprobe-target\nmachine=x\n', 'RTP1\0\0'])(
    'is refused if it is something else: %j',
    (text) => {
      expect(parseTarget(text)).toBeUndefined();
    },
  );

  it('is asked by one word, which no apostrophe ends', () => {
    expect(remoteCommand('echo "a b"', true)).toBe(`exec sudo -n sh -c 'echo "a b"'`);
    expect(() => remoteCommand("echo 'a'", false)).toThrow();
  });
});

describe('what is done on another machine', () => {
  it('is nothing if it has the agent and the module', () => {
    const target = { ...BARE, agent: agent('/usr/bin/rtprobe-agent'), loaded: '0.1.0' };
    expect(planFor('h', target, { ...wanted, installModule: true })).toEqual({
      ...{ agentFolder: undefined, buildModule: false, sudo: false, notes: [] },
    });
  });

  it('is a copy where the agent is missing, or in place of one of another version', () => {
    expect(planFor('h', BARE, wanted).agentFolder).toBe('/usr/local/bin');
    const old = { ...BARE, agent: agent('/opt/rt/bin/rtprobe-agent', 'rtprobe-agent 0.0.9') };
    expect(planFor('h', old, wanted).agentFolder).toBe('/opt/rt/bin');
    const hostile = { ...BARE, agent: agent('/tmp/$(reboot)/rtprobe-agent', 'x') };
    expect(planFor('h', hostile, wanted).agentFolder).toBe('/usr/local/bin');
  });

  it('is never a change of a package', () => {
    const packaged = { ...BARE, agent: agent('/usr/bin/rtprobe-agent', 'rtprobe-agent 0.0.9') };
    expect(() => planFor('h', packaged, wanted)).toThrow(
      expect.objectContaining({ code: 'E_OTHER_VERSION' }),
    );
  });

  it('is by sudo for another account than root, and nothing without it', () => {
    const user = { ...BARE, uid: 1000 };
    expect(planFor('u@h', { ...user, sudo: true }, wanted)).toMatchObject({ sudo: true });
    expect(() => planFor('u@h', user, wanted)).toThrow(
      expect.objectContaining({ code: 'E_REMOTE_RIGHTS', remedy: expect.stringContaining('ssh:root@h') }),
    );
    const { notes } = planFor(
      'u@h',
      { ...user, agent: agent('/usr/bin/rtprobe-agent', VERSION, false), loaded: '' },
      wanted,
    );
    expect(notes).toEqual([
      expect.objectContaining({ todo: 'sudo setcap cap_net_admin=ep /usr/bin/rtprobe-agent' }),
    ]);
  });

  it('is the module on request, if it can be built there', () => {
    const asked = { ...wanted, installModule: true };
    expect(planFor('h', BARE, asked)).toMatchObject({ buildModule: true, notes: [] });
    const poor = { ...BARE, headers: false, missing: ['make', 'gcc'] };
    expect(() => planFor('h', poor, asked)).toThrow(
      expect.objectContaining({
        code: 'E_REMOTE_BUILD',
        remedy: 'there: sudo apt-get install build-essential linux-headers-6.12.0',
      }),
    );
    expect(planFor('h', { ...poor, installed: '0.1.0' }, asked).buildModule).toBe(false);
  });

  it.each([
    [{ installed: '0.1.0' }, 'sudo rtprobectl load'],
    [{}, 'add --install-module, which builds and loads it there'],
    [{ headers: false }, 'sudo apt-get install linux-headers-6.12.0'],
    [{ headers: false, debian: false }, 'install there: the headers of 6.12.0'],
  ])('names the command that mends a missing module: %j', (facts, todo) => {
    expect(planFor('h', { ...BARE, ...facts }, wanted).notes).toEqual([expect.objectContaining({ todo })]);
  });

  it('says that the kernel accepts signed modules only', () => {
    expect(planFor('h', { ...BARE, locked: true }, wanted).notes[1]?.what).toContain('signed');
  });
});

it('the architecture of a program is that of its header', () => {
  const own = { x64: 62, arm64: 183 }[process.arch as 'x64' | 'arm64'];
  expect(elfMachine(process.execPath)).toBe(own);
  expect(elfMachine(import.meta.filename)).toBeUndefined();
  expect(elfMachine('/no/such/file')).toBeUndefined();
});
