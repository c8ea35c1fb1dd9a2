import { Worker } from 'node:worker_threads';

/** Time that the host kept one virtual CPU waiting, found between two samples. */
export interface RunDelay {
  readonly cpu: number;
  /** CLOCK_MONOTONIC of the host in microseconds at the sample that found it. */
  readonly untilUs: number;
  /** Time since the sample before. The wait can have begun earlier: the kernel adds it up when it ends. */
  readonly spanUs: number;
  /** 0 in a sample that only says that there was no wait. */
  readonly delayUs: number;
}

export type OnRunDelays = (delays: readonly RunDelay[]) => void;

/** The samples of the virtual CPUs of a QEMU process, to be started and stopped. */
export type RunDelayWatch = (onDelays: OnRunDelays) => () => void;

/**
 * Returns a watch of how long the host kept the virtual CPUs of a QEMU process from running, from the run delay in
 * /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst). A thread of its own samples, because this one can be
 * busy. The watch ends by itself with QEMU. It needs a QEMU that was started with `debug-threads=on`.
 */
export function watchRunDelays(pid: number): RunDelayWatch {
  return (onDelays) => {
    const worker = new Worker(new URL('./run-delay-worker.ts', import.meta.url), { workerData: pid });
    worker.on('message', onDelays);
    // Without samples there is no evidence, which is not a fault of the guest.
    worker.on('error', () => {});
    worker.unref();
    return () => void worker.terminate();
  };
}
