import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cgroupText } from './workload.ts';

const ID = '3f2a1b9c0d1e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c';
const UID = '6d4b75cb-1a2b-4c3d-8e9f-0a1b2c3d4e5f';
const UNDERSCORED = UID.replaceAll('-', '_');
const USER = '/user.slice/user-1000.slice/user@1000.service';

const label = (cgroup: string) => cgroupText(cgroup)?.en;

describe('the path of a control group names', () => {
  it.each([
    // Docker: systemd's driver, its own, rootless.
    [`/system.slice/docker-${ID}.scope`, 'container 3f2a1b9c0d1e (docker)'],
    [`/docker/${ID}`, 'container 3f2a1b9c0d1e (docker)'],
    [`/system.slice/docker-${ID}.scope/init`, 'container 3f2a1b9c0d1e (docker)'],
    [`${USER}/user.slice/docker-${ID}.scope`, 'container 3f2a1b9c0d1e (docker), user 1000'],
    // Podman: root, a pod, rootless, a unit of quadlet, cgroupfs.
    [`/machine.slice/libpod-${ID}.scope`, 'container 3f2a1b9c0d1e (podman)'],
    [`/machine.slice/libpod-${ID}.scope/container`, 'container 3f2a1b9c0d1e (podman)'],
    [
      `/machine.slice/machine-libpod_pod_${'ab'.repeat(32)}.slice/libpod-${ID}.scope`,
      'pod abababababab, container 3f2a1b9c0d1e (podman)',
    ],
    [`${USER}/user.slice/libpod-${ID}.scope/container`, 'container 3f2a1b9c0d1e (podman), user 1000'],
    [`/system.slice/web.service/libpod-payload-${ID}`, 'container 3f2a1b9c0d1e (podman) of web.service'],
    [`/libpod_parent/libpod-${ID}`, 'container 3f2a1b9c0d1e (podman)'],
    // containerd and CRI-O below kubelet, with both drivers; kind runs kubelet in a slice of its own.
    [
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UNDERSCORED}.slice/cri-containerd-${ID}.scope`,
      `pod ${UID}, container 3f2a1b9c0d1e (containerd)`,
    ],
    [
      `/kubepods.slice/kubepods-pod${UNDERSCORED}.slice/crio-${ID}.scope/container`,
      `pod ${UID}, container 3f2a1b9c0d1e (cri-o)`,
    ],
    [`/kubepods/besteffort/pod${UID}/${ID}`, `pod ${UID}, container 3f2a1b9c0d1e`],
    [`/kubepods/pod${UID}`, `pod ${UID}`],
    [
      `/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${UNDERSCORED}.slice/cri-containerd-${ID}.scope`,
      `pod ${UID}, container 3f2a1b9c0d1e (containerd)`,
    ],
    [
      `/system.slice/docker-${'9'.repeat(64)}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${UID.replaceAll('-', '')}.slice/cri-containerd-${ID}.scope`,
      `pod ${UID.replaceAll('-', '')}, container 3f2a1b9c0d1e (containerd)`,
    ],
    [`/system.slice/nerdctl-${ID}.scope`, 'container 3f2a1b9c0d1e (containerd)'],
    // The monitor of a container is not in it.
    [`/machine.slice/libpod-conmon-${ID}.scope`, `scope libpod-conmon-${ID}.scope`],
    // LXC, nspawn and libvirt.
    ['/lxc.payload.cnc/system.slice/ssh.service', 'container cnc (lxc)'],
    ['/lxc/cnc', 'container cnc (lxc)'],
    ['/machine.slice/systemd-nspawn@box.service/payload', 'container box (systemd-nspawn)'],
    [
      '/machine.slice/machine-qemu\\x2d3\\x2dbuild\\x2dvm.scope/libvirt/emulator',
      'machine build-vm (libvirt)',
    ],
    // systemd.
    ['/system.slice/cnc.service', 'service cnc.service'],
    ['/system.slice/system-getty.slice/getty@tty1.service', 'service getty@tty1.service'],
    ['/system.slice/robot\\x2darm.service/worker', 'service robot-arm.service'],
    [`${USER}/app.slice/app-editor.service`, 'service app-editor.service, user 1000'],
    [`${USER}/init.scope`, 'scope init.scope, user 1000'],
    ['/user.slice/user-1000.slice/session-3.scope', 'session 3, user 1000'],
    ['/init.scope', 'scope init.scope'],
    ['/rt.slice/rt-cnc.slice', 'slice rt-cnc.slice'],
    [`${USER}`, 'slice user-1000.slice, user 1000'],
  ])('%s: %s', (cgroup, expected) => {
    expect(label(cgroup)).toBe(expected);
  });

  it.each(['/', '', '/my/own/group', '/docker', `/docker/${ID.slice(0, 63)}`, '/.service/..'])(
    'nothing that is known: %s',
    (cgroup) => expect(label(cgroup)).toBeUndefined(),
  );

  it('a container, also if the module cut the beginning of the path off', () => {
    const long =
      `${'/nested.slice'.repeat(20)}/kubepods.slice/kubepods-pod${UNDERSCORED}.slice/cri-containerd-${ID}.scope`.slice(
        -255,
      );
    expect(label(long)).toBe(`pod ${UID}, container 3f2a1b9c0d1e (containerd)`);
  });

  it('the same in Chinese, without characters that a terminal would obey', () => {
    const { en, zh } = cgroupText(`${USER}/web\u202e.service/libpod-payload-${ID}`)!;
    expect(zh).toBe('容器 3f2a1b9c0d1e（podman），属于 web\\u{202e}.service，用户 1000');
    expect(en).toBe('container 3f2a1b9c0d1e (podman) of web\\u{202e}.service, user 1000');
  });

  it('whatever text it is, without an error and in linear time', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 255 }), (text) => {
        expect(['string', 'undefined']).toContain(typeof label(text));
      }),
    );
    const before = performance.now();
    for (let round = 0; round < 1000; round++) label(`/${'pod0000-'.repeat(31)}`);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
