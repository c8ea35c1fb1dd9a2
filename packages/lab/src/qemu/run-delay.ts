import { Worker } from 'node:worker_threads';

/** Time that one virtual CPU waited for its host, as one sample found it. */
export interface RunDelay {
  readonly cpu: number;
  /** CLOCK_MONOTONIC of the host in microseconds at the sample that found it. */
  readonly untilUs: number;
  /** Time since the previous sample. The wait can have begun earlier, because the kernel adds it when it ends. */
  readonly spanUs: number;
  /** 0 in a sample without a wait. */
  readonly delayUs: number;
}

export type OnRunDelays = (delays: readonly RunDelay[]) => void;

/** Starts sampling the virtual CPUs of a QEMU process; returns a function that stops it. */
export type RunDelayWatch = (onDelays: OnRunDelays) => () => void;

/**
 * Returns a watch of the time that the virtual CPUs of a QEMU process waited for the host, from the run delay in
 * /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst). A separate thread samples, because this one
 * can be busy. The watch ends with QEMU. QEMU must have been started with `debug-threads=on`.
 */
export function watchRunDelays(pid: number): RunDelayWatch {
  return (onDelays) => {
    const worker = new Worker(new URL('./run-delay-worker.ts', import.meta.url), { workerData: pid });
    worker.on('message', onDelays);
    // A failed watch means missing evidence, not a fault of the guest.
    worker.on('error', () => {});
    worker.unref();
    return () => void worker.terminate();
  };
}
