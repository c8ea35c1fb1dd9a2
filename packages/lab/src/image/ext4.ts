import { LabError } from '../errors.ts';
import { diskFull, run } from '../run.ts';

const MIB = 1024 * 1024;

/** Returns the bytes of a directory, as du counts them. */
async function sizeOf(dir: string): Promise<number> {
  const result = await run(['du', '-s', '--block-size=1', dir]);
  return Number.parseInt(result.stdout, 10) || 0;
}

/**
 * Creates a sparse ext4 image with the content of a directory, without mounting anything. `spareMiB` is the free space
 * in it. `prefix` goes before the command, for users other than root.
 *
 * The image has no journal: it is removed with its guest, and journal commits would cause disk interrupts that belong
 * to no test.
 *
 * @throws LabError E_IMAGE, E_DISK_FULL, E_MISSING_TOOL
 */
export async function ext4Image(
  dir: string,
  image: string,
  label: string,
  { spareMiB = 16, prefix = [] as readonly string[] } = {},
): Promise<void> {
  const sizeMiB = Math.ceil(((await sizeOf(dir)) * 1.1) / MIB) + spareMiB;
  const options = ['-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-m', '0', '-L', label];
  const result = await run([...prefix, 'mke2fs', ...options, '-d', dir, image, `${sizeMiB}M`]);
  if (result.code === 0) return;
  throw diskFull(result.output) ?? new LabError('E_IMAGE', `mke2fs: ${result.output}`, 'see the message');
}
