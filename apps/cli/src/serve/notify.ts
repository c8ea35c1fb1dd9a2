// Reports the state of the bridge to systemd, if systemd started it as a service of type notify. Node has no datagram
// sockets of the unix domain, so systemd's own tool sends the messages.
import { execFile } from 'node:child_process';

/** Sends assignments such as READY=1; see sd_notify(3). Without systemd it does nothing, and it never fails. */
export function notifySystemd(...words: readonly string[]): Promise<void> {
  if (process.env.NOTIFY_SOCKET === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    execFile('systemd-notify', [...words], (error) => {
      if (error) console.error(`rtprobe: systemd-notify ${words.join(' ')}: ${error.message.trim()}`);
      resolve();
    });
  });
}

/** Tells systemd that the event loop runs, twice within the time after which systemd would restart the service. */
export function startWatchdog(): void {
  const microseconds = Number(process.env.WATCHDOG_USEC);
  if (!(microseconds > 0)) return;
  setInterval(() => void notifySystemd('WATCHDOG=1'), microseconds / 2000).unref();
}
