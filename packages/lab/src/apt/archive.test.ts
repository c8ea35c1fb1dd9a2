import { expect, it } from 'vitest';
import { parseRecords } from './archive.ts';

it('reads name, version and the first choice of each dependency', () => {
  const text = `Package: linux-headers-6.12.9-rt-amd64
Source: linux
Version: 6.12.9-1
Depends: linux-headers-6.12.9-common-rt (= 6.12.9-1), linux-image-6.12.9-rt-amd64 (= 6.12.9-1) | linux-image-unsigned, gcc-12:any
Description: headers
 Package: not-this

Package: second
Version: 1
`;
  expect(parseRecords(text)).toEqual([
    {
      name: 'linux-headers-6.12.9-rt-amd64',
      version: '6.12.9-1',
      depends: ['linux-headers-6.12.9-common-rt', 'linux-image-6.12.9-rt-amd64', 'gcc-12'],
    },
    { name: 'second', version: '1', depends: [] },
  ]);
});

it('reads nothing from an empty answer', () => {
  expect(parseRecords('')).toEqual([]);
});
