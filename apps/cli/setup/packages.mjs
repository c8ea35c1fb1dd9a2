// Debian packages that the set-up installs.

/** What the first picture from a guest needs. */
export const LAB = [
  'busybox-static',
  'e2fsprogs',
  'gcc',
  'kmod',
  'libc6-dev',
  'libelf1',
  'make',
  'mmdebstrap',
  'pci.ids',
  'qemu-system-x86',
  'usb.ids',
  'xz-utils',
];
/** Beside the browser, what compiling a whole kernel needs. */
export const TESTS = [
  ...LAB,
  'bc',
  'bison',
  'build-essential',
  'chromium',
  'flex',
  'git',
  'libelf-dev',
  'python3',
  'shellcheck',
  'systemd',
];
export const IMAGES = ['buildah', 'podman'];

/** Emulator, compiler and C library for kernels of another architecture: 53 MB to download, 203 MB installed. */
const CROSS = { arm64: ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross', 'qemu-system-arm'] };

/** What the kernels that a command line names need in addition, because they are not for this machine. */
export function crossPackages(words, own = process.arch) {
  const kernels = words.flatMap((word, i) => {
    if (word.startsWith('--kernel=')) return word.slice('--kernel='.length);
    return words[i - 1] === '--kernel' ? word : [];
  });
  const named = Object.keys(CROSS).filter((name) => kernels.some((kernel) => kernel.endsWith(`-${name}`)));
  return named.filter((name) => name !== own).flatMap((name) => CROSS[name]);
}
