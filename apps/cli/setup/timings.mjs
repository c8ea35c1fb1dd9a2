// Timings of the start, for people who look for what takes long. RTPROBE_TIMINGS=1 prints one line for each step on
// standard error: its start and end in seconds since `npm start`, and its name. Child processes share the origin.

const ENABLED = Boolean(process.env.RTPROBE_TIMINGS);
if (ENABLED && Number(process.env.RTPROBE_TIMINGS) < 1e9) {
  // The process started before its first line of JavaScript ran.
  process.env.RTPROBE_TIMINGS = String(Math.round(Date.now() - process.uptime() * 1000));
}
const origin = Number(process.env.RTPROBE_TIMINGS);
const since = (time) => ((time - origin) / 1000).toFixed(2).padStart(7);

/** Prints that a step took from `start` until now, in milliseconds since the epoch; nothing unless enabled. */
export function printTiming(name, start) {
  if (ENABLED) console.error(`timing: ${since(start)} ${since(Date.now())}  ${name}`);
}

/** Runs a step and prints its timing. */
export async function timed(name, work) {
  const start = Date.now();
  try {
    return await work();
  } finally {
    printTiming(name, start);
  }
}
