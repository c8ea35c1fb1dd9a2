// The one owner of requestAnimationFrame. Tasks say that they have something new; the scheduler runs each at its
// own pace, paints as soon as they are due, and React commits one an animation frame, so that a slow one never
// meets another, nor a picture that somebody waits for. In a hidden tab nothing runs: the browser gives no animation frames.

export interface TaskOptions {
  /** Least time between two runs. */
  periodMs: number;
  /** A commit renders React components; a paint only touches a canvas. */
  kind: 'paint' | 'commit';
  /** What somebody waits for: a commit goes before others that are due, a paint keeps a commit back for a frame. */
  urgent?: boolean;
  run: () => void;
}

interface Task extends TaskOptions {
  dirty: boolean;
  ranAt: number;
}

export interface TaskHandle {
  /** There is something new to draw. */
  invalidate(): void;
  remove(): void;
}

/** What the scheduler needs of the browser; tests hand in their own. */
export interface Clock {
  now(): number;
  requestFrame(run: () => void): void;
  /** Returns the way to call it off. */
  setTimer(run: () => void, ms: number): () => void;
}

const browserClock: Clock = {
  now: () => performance.now(),
  requestFrame: (run) => void requestAnimationFrame(run),
  setTimer: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** A task due within this time is worth an animation frame at once instead of a timer before it. */
const SOON_MS = 20;

/** Of commits the urgent one, then the one that waited longest. */
function goesBefore(a: Task, b: Task): boolean {
  const [first, second] = [a.urgent === true, b.urgent === true];
  return first === second ? a.ranAt < b.ranAt : first;
}

export class Scheduler {
  readonly #clock: Clock;
  readonly #tasks = new Set<Task>();
  /** An animation frame is asked for. */
  #frameComes = false;
  /** In the last animation frame a commit was. */
  #keptBack = false;
  /** Until one has to be asked for; `due` is when a task wants it. */
  #pause: { due: number; callOff: () => void } | undefined;

  constructor(clock: Clock = browserClock) {
    this.#clock = clock;
  }

  add(options: TaskOptions): TaskHandle {
    const task: Task = { ...options, dirty: true, ranAt: Number.NEGATIVE_INFINITY };
    this.#tasks.add(task);
    this.#wait();
    return {
      invalidate: () => {
        task.dirty = true;
        this.#wait();
      },
      remove: () => void this.#tasks.delete(task),
    };
  }

  #wait(): void {
    if (this.#frameComes) return;
    const due = this.#nextDue();
    if (due === undefined || due >= (this.#pause?.due ?? Number.POSITIVE_INFINITY)) return;
    this.#pause?.callOff();
    this.#pause = undefined;
    const ms = due - this.#clock.now();
    if (ms <= SOON_MS) this.#ask();
    else this.#pause = { due, callOff: this.#clock.setTimer(() => this.#ask(), ms - SOON_MS / 2) };
  }

  #ask(): void {
    this.#pause = undefined;
    this.#frameComes = true;
    this.#clock.requestFrame(() => this.#frame());
  }

  #nextDue(): number | undefined {
    let due: number | undefined;
    for (const task of this.#tasks) {
      if (task.dirty) due = Math.min(due ?? Number.POSITIVE_INFINITY, task.ranAt + task.periodMs);
    }
    return due;
  }

  #frame(): void {
    this.#frameComes = false;
    const now = this.#clock.now();
    let commit: Task | undefined;
    let isAwaited = false;
    for (const task of this.#tasks) {
      if (!task.dirty || now - task.ranAt < task.periodMs) continue;
      if (task.kind === 'paint') {
        isAwaited ||= task.urgent === true;
        this.#run(task, now);
      } else if (commit === undefined || goesBefore(task, commit)) commit = task;
    }
    // For one frame: a pointer that moves all the time would keep it back for ever.
    this.#keptBack = commit !== undefined && isAwaited && !this.#keptBack;
    if (commit !== undefined && !this.#keptBack) this.#run(commit, now);
    this.#wait();
  }

  #run(task: Task, now: number): void {
    task.dirty = false;
    task.ranAt = now;
    task.run();
  }
}
