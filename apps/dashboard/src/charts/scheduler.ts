// The only caller of requestAnimationFrame. A task is invalidated when it has something new, and runs at most once per
// period. Paints run as soon as they are due. Of React commits one runs per animation frame, so that two slow ones do
// not add up and an urgent paint is not delayed. Nothing runs in a hidden tab: the browser gives no animation frames.

export interface TaskOptions {
  /** Least time between two runs. */
  periodMs: number;
  /** A commit renders React components; a paint only touches a canvas. */
  kind: 'paint' | 'commit';
  /** An urgent commit runs before others that are due; an urgent paint delays commits by one frame. */
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

/** What the scheduler needs from the browser; tests replace it. */
export interface Clock {
  now(): number;
  requestFrame(run: () => void): void;
  /** Returns a function that cancels the timer. */
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

/** For a task due within this time a frame is requested at once, without a timer. */
const SOON_MS = 20;

/** Orders commits: urgent first, then the one that ran longest ago. */
function goesBefore(a: Task, b: Task): boolean {
  const [first, second] = [a.urgent === true, b.urgent === true];
  return first === second ? a.ranAt < b.ranAt : first;
}

export class Scheduler {
  readonly #clock: Clock;
  readonly #tasks = new Set<Task>();
  /** An animation frame was requested. */
  #frameComes = false;
  /** A commit was delayed in the last animation frame. */
  #keptBack = false;
  /** The timer until the next request; `due` is when a task wants to run. */
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
    // For one frame only: a pointer that keeps moving would delay commits forever.
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
