import { describe, expect, it } from 'vitest';
import { architectureNamed } from '../architecture.ts';
import { qemuCommand } from './arguments.ts';

const machine = {
  architecture: architectureNamed('amd64'),
  accelerator: 'tcg',
  program: { argv: ['qemu'], version: '9.0', threadsSafe: true, snapshots: true },
  cpus: 3,
  memoryMiB: 512,
  vmlinuz: '/cache/vmlinuz',
  initramfs: '/cache/initramfs',
  dir: '/run/a,b',
  disks: { root: '/cache/root.img', modules: '/cache/modules.img' },
} as const;
const text = (extra: object = {}): string => qemuCommand({ ...machine, ...extra }).join(' ');

describe('qemuCommand', () => {
  it('never writes to the shared disks', () => {
    expect(text().match(/snapshot=on/g)).toHaveLength(2);
  });

  it('takes machine, processor and console from the architecture', () => {
    expect(text()).toMatch(/-machine q35 .* -cpu max .*console=ttyS0 .*tsc=reliable/);
    const arm = text({ architecture: architectureNamed('arm64') });
    expect(arm).toMatch(/-machine virt,\S+ .* -cpu cortex-a\d+ .*console=ttyAMA0/);
    expect(arm).not.toContain('tsc');
  });

  it('gives the guest no access beyond its network', () => {
    expect(text()).toContain('user,id=net,restrict=on');
  });

  it('gives every guest the device of the known disturbance and a queue per CPU', () => {
    expect(text()).toContain('-device edu');
    expect(text()).toContain('serial=root,num-queues=3');
  });

  it('adds the devices of a test', () => {
    expect(text({ devices: ['e1000,romfile='] })).toContain('-device e1000,romfile=');
    expect(text()).not.toContain('e1000');
  });

  it('escapes the comma of a path', () => {
    expect(text()).toContain('path=/run/a,,b/control.sock');
  });

  it('marks a guest without disks as a probe', () => {
    expect(text({ disks: undefined })).toContain('rtprobe.probe=1');
    expect(text()).not.toContain('rtprobe.probe');
  });

  it('waits for commands or for a saved guest only if it is to be saved or restored', () => {
    expect(text()).not.toMatch(/qmp|incoming|rtprobe\.snapshot/);
    expect(text({ snapshot: 'save' })).toMatch(/rtprobe\.snapshot=1.* -qmp unix:\/run\/a,,b\/qmp\.sock/);
    expect(text({ snapshot: 'restore' })).toMatch(/rtprobe\.snapshot=1.* -incoming file:snapshot$/);
  });

  it('emulates with a thread for each CPU if that is safe, unless KVM was proved', () => {
    expect(text()).toContain('tcg,thread=multi');
    expect(
      text({ program: { argv: ['qemu'], version: '7.2', threadsSafe: false, snapshots: false } }),
    ).toContain('tcg,thread=single');
    expect(text({ accelerator: 'kvm' })).toContain('-accel kvm -cpu host');
  });

  it('counts instructions as time with one thread, if requested', () => {
    const counted = text({ countInstructions: true });
    expect(counted).toContain('tcg,thread=single');
    expect(counted).toContain('-icount shift=0,sleep=off');
    expect(text()).not.toContain('icount');
  });
});
