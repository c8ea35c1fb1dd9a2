import { labs } from '@rtprobe/lab';

/** One running guest, as `lab status --json` prints it. */
export interface LabStatus {
  readonly name: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly acceleration: string;
  readonly started: string;
  readonly pid: number;
  /** False if a running command on this machine owns it and will stop it. */
  readonly leftRunning: boolean;
}

export function labStatus(): LabStatus[] {
  return labs().flatMap(({ name, state }) =>
    state
      ? [
          {
            name,
            kernel: state.kernel,
            cpus: state.cpus,
            memoryMiB: state.memoryMiB,
            acceleration: state.acceleration,
            started: state.started,
            pid: state.qemu.pid,
            leftRunning: state.owner === undefined,
          },
        ]
      : [],
  );
}

export function describeLab(lab: LabStatus): string {
  const minutes = Math.round((Date.now() - Date.parse(lab.started)) / 60_000);
  const kind = lab.leftRunning ? '' : ', owned by a running command';
  return `${lab.name}: Linux ${lab.kernel}, ${lab.cpus} CPUs, ${lab.memoryMiB} MiB, ${lab.acceleration}, up ${minutes} min${kind}`;
}
