import { expect, it } from 'vitest';
import { kernelPackages } from './packages.ts';

const archive = (packages: Record<string, string[]>) => async (name: string) => {
  const depends = packages[name];
  if (!depends) throw new Error(`no ${name}`);
  return { name, version: '1', depends };
};

it('selects image and headers with their dependencies of the same source, and names the compiler', async () => {
  const records = archive({
    'linux-image-amd64': ['linux-image-5.10.0-32-amd64'],
    'linux-image-5.10.0-32-amd64': ['kmod', 'linux-base', 'initramfs-tools'],
    'linux-headers-5.10.0-32-amd64': [
      'linux-headers-5.10.0-32-common',
      'linux-kbuild-5.10',
      'linux-compiler-gcc-10-x86',
    ],
    'linux-headers-5.10.0-32-common': [],
    'linux-kbuild-5.10': ['libc6', 'libssl1.1'],
    'linux-compiler-gcc-10-x86': ['gcc-10'],
  });
  expect(await kernelPackages(records, 'amd64')).toEqual({
    release: '5.10.0-32-amd64',
    version: '1',
    names: [
      'linux-compiler-gcc-10-x86',
      'linux-headers-5.10.0-32-amd64',
      'linux-headers-5.10.0-32-common',
      'linux-image-5.10.0-32-amd64',
      'linux-kbuild-5.10',
    ],
    tools: ['gcc-10', 'libc6', 'libssl1.1'],
  });
});

it('follows an image that is split into packages, and leaves the metapackages’ base out', async () => {
  const release = '7.2.12+deb14-rt-amd64';
  const records = archive({
    'linux-image-rt-amd64': ['linux-base-rt-amd64', `linux-image-${release}`],
    [`linux-image-${release}`]: [
      'dracut',
      `linux-base-${release}`,
      `linux-binary-${release}`,
      `linux-modules-${release}`,
    ],
    [`linux-base-${release}`]: [],
    [`linux-binary-${release}`]: [`linux-base-${release}`],
    [`linux-modules-${release}`]: [],
    [`linux-headers-${release}`]: ['gcc-16-for-host', 'linux-base', `linux-base-${release}`],
  });
  const { names, tools } = await kernelPackages(records, 'rt-amd64');
  expect(names).toEqual(
    ['base', 'binary', 'headers', 'image', 'modules'].map((kind) => `linux-${kind}-${release}`),
  );
  expect(tools).toEqual(['gcc-16-for-host']);
});

it('says E_PACKAGE when a metapackage names no image', async () => {
  await expect(kernelPackages(archive({ 'linux-image-amd64': ['kmod'] }), 'amd64')).rejects.toMatchObject({
    code: 'E_PACKAGE',
  });
});
