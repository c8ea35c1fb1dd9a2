import { Worker } from 'node:worker_threads';

/** Time in which the thread of one virtual CPU did not run, as one sample found it. */
export interface RunDelay {
  readonly cpu: number;
  /** CLOCK_MONOTONIC of the host in microseconds at the sample that found it. */
  readonly untilUs: number;
  /** Time since the previous sample. The wait can have begun earlier, because the kernel adds it when it ends. */
  readonly spanUs: number;
  /** 0 in a sample without a wait. */
  readonly delayUs: number;
  /**
   * The thread slept: from `untilUs - delayUs` to `untilUs` exactly if `spanUs` is 0, else that long within the span. It
   * sleeps while its CPU is idle, and while it waits for another thread of QEMU.
   */
  readonly asleep?: boolean;
}

export type OnRunDelays = (delays: readonly RunDelay[]) => void;

/** Starts sampling the virtual CPUs of a QEMU process; returns a function that stops it. */
export type RunDelayWatch = (onDelays: OnRunDelays) => () => void;

/**
 * Returns a watch of the time that the virtual CPUs of a QEMU process waited for the host or slept, from the run delay in
 * /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst) and the state of the thread. A separate thread
 * samples, because this one can be busy. The watch ends with QEMU. QEMU must have been started with
 * `debug-threads=on`.
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
