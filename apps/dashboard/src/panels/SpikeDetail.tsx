// Everything the kernel captured of one spike.
import { formatDuration, fullCount, span } from '@rtprobe/metrics';
import type { Spike } from '@rtprobe/protocol';
import { type ReactNode, useEffect, useRef } from 'react';
import { clockTimeMs, dayOf } from '../charts/time-axis.ts';
import { descriptorOf } from '../store/choice.ts';
import { useReading, useSession, useSessionState } from '../store/context.ts';
import { fullName } from '../store/names.ts';
import { Name } from './Name.tsx';
import { Duration } from './Quantity.tsx';
import { spikeTask, ValueBar } from './SpikeRail.tsx';

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function policyText({ policy, priority, nice }: Spike['task']): string {
  return priority > 0 ? `${policy} priority ${priority}` : `${policy} nice ${nice}`;
}

const MODES = { user: 'user space', kernel: 'the kernel', idle: 'idle' } as const;

function Decomposition({ spike }: { spike: Spike }) {
  const { cause, valueNs, thresholdNs } = spike;
  const rest = cause === undefined ? valueNs : Math.max(0, valueNs - cause.durationNs);
  return (
    <>
      <ValueBar spike={spike} />
      <p className="small numeral parts">
        {spike.measure === 'timer_latency' && cause !== undefined && (
          <span>
            <i className="key explained" /> {formatDuration(Math.min(cause.durationNs, valueNs))} in{' '}
            <Name>{fullName(cause)}</Name>
          </span>
        )}
        {spike.measure === 'timer_latency' && (
          <span>
            <i className="key rest" /> {formatDuration(rest)} not in {cause === undefined ? 'any' : 'that'}{' '}
            handler
          </span>
        )}
        <span className="muted">threshold {formatDuration(thresholdNs)}</span>
      </p>
    </>
  );
}

function Facts({ spike }: { spike: Spike }) {
  const { task } = spike;
  return (
    <div className="facts">
      <h3>Who was interrupted</h3>
      <dl>
        <Fact name="task">
          <Name>{spikeTask(spike)}</Name>
        </Fact>
        <Fact name="was in">{MODES[spike.mode]}</Fact>
        <Fact name="policy">{policyText(task)}</Fact>
        <Fact name="pid, tgid">
          {task.pid}, {task.tgid}
          {task.kthread ? ' (kernel thread)' : ''}
        </Fact>
        <Fact name="started">{(Number(task.startNs) / 1e9).toFixed(3)} s after boot</Fact>
      </dl>
      <h3>What was measured</h3>
      <dl>
        <Fact name="measure">{descriptorOf(spike.measure).title}</Fact>
        <Fact name="source">
          <Name>{fullName(spike)}</Name> on CPU {spike.cpu}
        </Fact>
        <Fact name="value">{fullCount(spike.valueNs)} ns</Fact>
        <Fact name="time">
          {dayOf(spike.time)} {clockTimeMs(spike.time)}
        </Fact>
        <Fact name="monotonic">{fullCount(Number(spike.monoNs))} ns</Fact>
        <Fact name="id">
          <Name>{spike.id}</Name>
        </Fact>
      </dl>
    </div>
  );
}

function Stack({ spike }: { spike: Spike }) {
  return (
    <div className="stack">
      <h3>Kernel stack of the interrupted context</h3>
      {spike.stack.length === 0 ? (
        <p className="muted small">
          {spike.mode === 'user' ? 'None: user space was interrupted.' : 'None was captured.'}
        </p>
      ) : (
        <ol className="frames">
          {spike.stack.map((frame, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a stack does not change, and frames may repeat
            <li key={i}>
              <Name>{frame}</Name>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

export function SpikeDetail() {
  const session = useSession();
  const reading = useReading('spikes');
  const id = useSessionState((s) => s.view.spike);
  const seen = useSessionState((s) => s.acknowledged.ids);
  const panel = useRef<HTMLElement>(null);
  const spikes = reading?.spikes ?? [];
  const index = spikes.findIndex((s) => s.id === id);
  const spike = spikes[index];
  // biome-ignore lint/correctness/useExhaustiveDependencies: focus moves when another spike opens
  useEffect(() => panel.current?.focus({ preventScroll: true }), [id]);
  if (spike === undefined || reading === undefined) return null;
  const same = spikes.filter((s) => s.culprit === spike.culprit);
  const worst = same.every((s) => s.valueNs <= spike.valueNs);
  const age = span((reading.time - spike.time) / 1e6);
  return (
    <section className="detail" role="dialog" aria-label="spike" tabIndex={-1} ref={panel}>
      <header>
        <span className="muted numeral">
          spike {index + 1} of {spikes.length}
        </span>
        <span className="spring" />
        <button type="button" disabled={index === 0} onClick={() => session.step(-1)}>
          ‹ previous <kbd>,</kbd>
        </button>
        <button type="button" disabled={index === spikes.length - 1} onClick={() => session.step(1)}>
          next › <kbd>.</kbd>
        </button>
        {!seen.has(spike.id) && (
          <button type="button" onClick={() => session.acknowledge([spike.id])}>
            ✓ acknowledge
          </button>
        )}
        <button type="button" onClick={() => session.look({ spike: undefined })}>
          close <kbd>Esc</kbd>
        </button>
      </header>
      <div className="detail-head">
        <Duration ns={spike.valueNs} className="large alarm" />
        <p className="sentence">
          <Name>{spike.sentence}</Name>
        </p>
      </div>
      <Decomposition spike={spike} />
      <p className="muted small">
        {age} ago ·{' '}
        {same.length === 1
          ? 'the only one of this culprit here'
          : `one of ${same.length} of this culprit here${worst ? ', the worst' : ''}`}
      </p>
      <div className="detail-body">
        <Facts spike={spike} />
        <Stack spike={spike} />
      </div>
    </section>
  );
}
