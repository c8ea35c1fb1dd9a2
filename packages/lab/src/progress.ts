/** Progress of a long operation. Steps have this order; cached ones report only `done`. */
export type Step =
  | 'index'
  | 'download'
  | 'unpack'
  | 'modules'
  | 'chroot'
  | 'build'
  | 'rootfs'
  | 'acceleration'
  | 'boot'
  | 'load'
  | 'story';

export interface Progress {
  readonly step: Step;
  readonly state: 'start' | 'update' | 'done';
  /** 0 … 1 if the step can report it. */
  readonly fraction?: number;
  readonly detail?: string;
}

export type OnProgress = (progress: Progress) => void;

export const silent: OnProgress = () => {};

/** Runs `work` between a `start` and a `done` event; a failed step has no `done`. */
export async function step<T>(
  onProgress: OnProgress,
  name: Step,
  detail: string,
  work: (update: (fraction: number | undefined, detail?: string) => void) => Promise<T>,
): Promise<T> {
  onProgress({ step: name, state: 'start', detail });
  const result = await work((fraction, more) =>
    onProgress({
      step: name,
      state: 'update',
      ...(fraction === undefined ? {} : { fraction: Math.min(1, Math.max(0, fraction)) }),
      ...(more === undefined ? {} : { detail: more }),
    }),
  );
  onProgress({ step: name, state: 'done', detail });
  return result;
}
