import { run } from '../run.ts';
import { imageError } from './debootstrap.ts';

/** Unpacks a root file system without its devices. `prefix` is a command that tar runs under. */
export async function unpackTar(tar: string, dir: string, what: string, prefix: readonly string[] = []) {
  const options = ['-x', '--numeric-owner', '-f', tar, '-C', dir, '--exclude=./dev/*'];
  const unpacked = await run([...prefix, 'tar', ...options]);
  if (unpacked.code !== 0) throw imageError(`unpacking ${what}`, unpacked.output);
}
