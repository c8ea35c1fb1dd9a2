import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import { controlSocket, keyFileIn } from './paths.ts';

it("the unix socket is in the user's runtime folder, or with the data if there is none", () => {
  expect(controlSocket(9154, { XDG_RUNTIME_DIR: '/run/user/1000' }, 0)).toBe('/run/rtprobe/bridge-9154.sock');
  const desktop = { XDG_RUNTIME_DIR: '/run/user/1000' };
  expect(controlSocket(9154, desktop, 1000)).toBe('/run/user/1000/rtprobe/bridge-9154.sock');
  expect(controlSocket('{port}', {}, 1000)).toBe(`${homedir()}/.local/state/rtprobe/run/bridge-{port}.sock`);
  expect(keyFileIn('/var/lib/rtprobe')).toBe('/var/lib/rtprobe/access.key');
});
