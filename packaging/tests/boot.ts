// Boots the tree with the installed packages in guests with systemd, which run inside.sh.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostArchitecture } from '../../packages/lab/src/architecture.ts';
import { ext4Image } from '../../packages/lab/src/image/ext4.ts';
import { emulator } from '../../packages/lab/src/qemu/program.ts';
import { must } from './tree.ts';

const BOOT_MINUTES = 15;
/** A phase of inside.sh and the kernel on which it runs. */
export const BOOTS = {
  boot: (kernel: string) => kernel.includes('-rt-'),
  update: (kernel: string) => !kernel.includes('-rt-'),
};
export type Boot = keyof typeof BOOTS;
/** Runs the phase and ends the guest. */
const unit = (phase: Boot) => `[Unit]
After=multi-user.target
[Service]
ExecStart=/bin/sh -c 'sh /packages/inside.sh ${phase} >/dev/virtio-ports/verdict 2>&1; poweroff -f'
[Install]
WantedBy=multi-user.target
`;

/** Boots a copy of the tree with one of its kernels until the guest powers off. Returns the result as TAP. */
export async function tryBoot(dir: string, tree: string, phase: Boot): Promise<string> {
  const units = join(tree, 'etc/systemd/system');
  writeFileSync(join(units, 'packages-test.service'), unit(phase));
  mkdirSync(join(units, 'multi-user.target.wants'), { recursive: true });
  const link = join(units, 'multi-user.target.wants/packages-test.service');
  await must(['ln', '-s', '../packages-test.service', link], 'the unit');
  await ext4Image(tree, join(dir, 'disk.img'), 'machine', { spareMiB: 512 });
  rmSync(link);
  rmSync(join(units, 'packages-test.service'));
  const kernel = readdirSync(join(tree, 'boot')).find(
    (name) => name.startsWith('vmlinuz-') && BOOTS[phase](name),
  );
  if (kernel === undefined) throw new Error(`the tree has no kernel for ${phase}`);
  const initrd = kernel.replace('vmlinuz', 'initrd.img');
  const { program } = await emulator(hostArchitecture(), () => {});
  const verdict = join(dir, `verdict-${phase}`);
  const argv = [
    ...program.argv,
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-nic', 'none'],
    ...['-machine', 'q35', '-cpu', 'max', '-smp', '2', '-m', '2048M'],
    ...['-accel', `tcg,thread=${program.threadsSafe ? 'multi' : 'single'}`],
    ...['-kernel', join(tree, 'boot', kernel), '-initrd', join(tree, 'boot', initrd)],
    ...['-append', 'console=ttyS0 root=/dev/vda rw panic=-1 tsc=reliable quiet'],
    ...['-serial', `file:${join(dir, `console-${phase}`)}`],
    ...['-drive', `if=virtio,file=${join(dir, 'disk.img')},format=raw,cache=unsafe`],
    ...['-device', 'virtio-serial-pci', '-chardev', `file,id=verdict,path=${verdict}`],
    ...['-device', 'virtserialport,chardev=verdict,name=verdict'],
  ];
  const log = openSync(join(dir, `qemu-${phase}`), 'w');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], { stdio: ['ignore', log, log] });
  const timer = setTimeout(() => child.kill('SIGKILL'), BOOT_MINUTES * 60_000);
  await new Promise((ended) => child.once('close', ended));
  clearTimeout(timer);
  rmSync(join(dir, 'disk.img'));
  return existsSync(verdict) ? readFileSync(verdict, 'utf8') : '';
}
