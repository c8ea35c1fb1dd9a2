// npm run test:machine: tests the module on a machine: dkms for two kernels, the systemd unit, a broken configuration,
// modules-load.d, probing from the initramfs. Uses a Debian guest with systemd, which boots once per phase.  --json
// FILE   write the counts to FILE --keep        keep disk, consoles and results in the folder that the last line but
// one names  Takes about twenty minutes, because dkms compiles in an emulated guest; so it is not part of `npm test`.
// Exit codes: 0 all passed, 1 a test failed, 2 unusable words.
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hostArchitecture } from '../../src/architecture.ts';
import { ext4Image } from '../../src/image/ext4.ts';
import { emulator, type QemuProgram } from '../../src/qemu/program.ts';
import { run } from '../../src/run.ts';
import { parseTap } from '../tap.ts';
import { dumpFromImage, listImage, machineImage } from './image.ts';

const REPOSITORY = join(import.meta.dirname, '../../../..');
const PHASES = 5;
/** Maximum minutes of a phase; compiling under emulation on a busy host is slow. */
const PHASE_MINUTES = 40;

interface Boot {
  readonly phase: number;
  /** True to boot the files of the second kernel. */
  readonly second: boolean;
}

/** Makes the disk with /opt of the guest. */
async function toolsDisk(dir: string, kernels: string): Promise<string> {
  const tree = join(dir, 'opt');
  mkdirSync(join(tree, 'rtprobe'), { recursive: true });
  cpSync(join(REPOSITORY, 'kmod'), join(tree, 'rtprobe/kmod'), {
    recursive: true,
    filter: (path) => !/\/build(\/|$)/.test(path),
  });
  cpSync(kernels, join(tree, 'kernels'), { recursive: true });
  await ext4Image(tree, join(dir, 'opt.img'), 'opt');
  return join(dir, 'opt.img');
}

async function kernelFiles(
  dir: string,
  { phase, second }: Boot,
): Promise<{ vmlinuz: string; initrd: string }> {
  const disk = join(dir, 'disk.img');
  const names = (await listImage(disk, '/boot')).filter((name) => name.startsWith('vmlinuz-'));
  const name = names.find((each) => each.includes('-rt-') !== second);
  if (!name) throw new Error(`no ${second ? 'second' : 'first'} kernel among ${names.join(', ')}`);
  const vmlinuz = join(dir, `vmlinuz.${phase}`);
  const initrd = join(dir, `initrd.${phase}`);
  await dumpFromImage(disk, `/boot/${name}`, vmlinuz);
  await dumpFromImage(disk, `/boot/${name.replace('vmlinuz', 'initrd.img')}`, initrd);
  return { vmlinuz, initrd };
}

/** Boots one phase until it powers off; resolves with what the guest wrote to the port. */
async function bootPhase(program: QemuProgram, dir: string, boot: Boot): Promise<string> {
  const { vmlinuz, initrd } = await kernelFiles(dir, boot);
  const verdict = join(dir, `verdict.${boot.phase}`);
  const drive = (file: string, readonly: boolean): string =>
    `if=virtio,file=${join(dir, file)},format=raw,cache=unsafe${readonly ? ',readonly=on' : ''}`;
  const argv = [
    ...program.argv,
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-nic', 'none'],
    ...['-machine', 'q35', '-cpu', 'max', '-smp', '2', '-m', '2048M'],
    ...['-accel', `tcg,thread=${program.threadsSafe ? 'multi' : 'single'}`],
    ...['-kernel', vmlinuz, '-initrd', initrd],
    ...['-append', `console=ttyS0 root=/dev/vda rw panic=-1 tsc=reliable machine_phase=${boot.phase} quiet`],
    ...['-serial', `file:${join(dir, `console.${boot.phase}`)}`],
    ...['-drive', drive('disk.img', false), '-drive', drive('opt.img', true)],
    ...['-device', 'virtio-serial-pci', '-chardev', `file,id=verdict,path=${verdict}`],
    ...['-device', 'virtserialport,chardev=verdict,name=verdict'],
  ];
  const log = openSync(join(dir, `qemu.${boot.phase}`), 'w');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], { stdio: ['ignore', log, log] });
  const timer = setTimeout(() => child.kill('SIGKILL'), PHASE_MINUTES * 60_000);
  await new Promise((ended) => child.once('close', ended));
  clearTimeout(timer);
  return existsSync(verdict) ? readFileSync(verdict, 'utf8') : '';
}

function judge(phase: number, verdict: string): { passed: number; failed: number } {
  const report = parseTap(verdict);
  for (const { ok, sentence, notes } of report.results) {
    console.log(`${ok ? 'ok' : 'NOT OK'}  ${sentence}`);
    if (!ok) for (const note of notes) console.log(`        ${note}`);
  }
  const passed = report.results.filter((each) => each.ok).length;
  // A phase that did not finish counts as one more failure.
  const whole = report.planned === report.results.length && report.figures.includes(`end of phase ${phase}`);
  if (!whole) console.log(`NOT OK  phase ${phase} did not finish`);
  return { passed, failed: report.results.length - passed + (whole ? 0 : 1) };
}

function options(): { json?: string; keep?: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'string' },
        keep: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (!values.help) return values;
    console.log('options: --json FILE, --keep');
    process.exit(0);
  } catch (error) {
    console.error(`test:machine: ${(error as Error).message}`);
    process.exit(2);
  }
}

const values = options();
const image = await machineImage(({ state, detail }) => console.log(`${state} ${detail ?? ''}`));
const { program } = await emulator(hostArchitecture(), () => {});
const dir = mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), 'rtprobe-machine-'));
const counts = { passed: 0, failed: 0 };
try {
  await toolsDisk(dir, image.kernels);
  await run(['cp', '--sparse=always', image.disk, join(dir, 'disk.img')]);
  for (let phase = 1; phase <= PHASES; phase++) {
    const started = performance.now();
    const verdict = await bootPhase(program, dir, { phase, second: phase === PHASES });
    const { passed, failed } = judge(phase, verdict);
    counts.passed += passed;
    counts.failed += failed;
    console.log(`phase ${phase}: ${Math.round((performance.now() - started) / 1000)} s`);
    // The next phases depend on what is missing.
    if (passed === 0) {
      const console_ = join(dir, `console.${phase}`);
      console.log(existsSync(console_) ? readFileSync(console_, 'utf8').slice(-3000) : 'no console');
      break;
    }
  }
} finally {
  if (values.keep) console.log(`kept in ${dir}`);
  else rmSync(dir, { recursive: true, force: true });
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(counts)}\n`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
