// A source of a virtual machine whose host is observed, too.
import { steadyMicros } from '../base/clock.ts';
import { EvidenceFrame, encodeRunDelays } from '../evidence/frames.ts';
import type { RunDelay } from '../evidence/run-delays.ts';
import type { LiveSource, SourceSink } from './source.ts';

/**
 * Starts to observe the virtual CPUs of a machine, and returns how to stop. Times of the samples are CLOCK_MONOTONIC of this
 * machine in microseconds.
 */
export type RunDelayWatch = (onDelays: (delays: readonly RunDelay[]) => void) => () => void;

/** Adds frames with the samples to those of the source, while it is connected. */
export function withRunDelays(source: LiveSource, watch: RunDelayWatch): LiveSource {
  let stop: (() => void) | undefined;
  const end = () => {
    stop?.();
    stop = undefined;
  };
  const observe = (sink: SourceSink) => {
    end();
    const toSteady = steadyMicros() - Number(process.hrtime.bigint() / 1000n);
    stop = watch((delays) => {
      const steady = delays.map((delay) => ({ ...delay, untilUs: delay.untilUs + toSteady }));
      sink.frame(EvidenceFrame.runDelays, encodeRunDelays(steady), steadyMicros());
    });
  };
  return {
    kind: 'live',
    title: source.title,
    patience: source.patience,
    start: (sink) =>
      source.start({
        up: () => {
          sink.up();
          observe(sink);
        },
        identified: (identity) => sink.identified(identity),
        frame: (kind, payload, at) => sink.frame(kind, payload, at),
        fault: (code, detail) => sink.fault(code, detail),
        down: (reason) => {
          end();
          sink.down(reason);
        },
      }),
    send: (frame) => source.send(frame),
    reconnect: (reason) => source.reconnect(reason),
    close: () => {
      end();
      return source.close();
    },
  };
}
