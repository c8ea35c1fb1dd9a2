// What led to the spike, step by step, as a row of boxes with arrows: a list, so that it reads without the boxes too.
import { formatDuration } from '@rtprobe/metrics';
import type { Spike, Trace } from '@rtprobe/protocol';
import { type ChainNode, type ChainStep, chainOf } from '@rtprobe/trace';
import { useMemo } from 'react';
import { offsetText } from '../../charts/timeline.ts';
import { t } from '../../i18n/translate.ts';
import { Name } from '../common/Name.tsx';

function Node({ node }: { node: ChainNode }) {
  return (
    <span className={`chain-node kind-${node.kind}`}>
      <b>
        <Name>{node.label}</Name>
      </b>
      {node.name !== '' && !node.label.includes(node.name) && (
        <span className="small">
          <Name>{node.name}</Name>
        </span>
      )}
    </span>
  );
}

function Step({ step, zero }: { step: ChainStep; zero: number }) {
  const length = formatDuration(step.durationNs);
  const words = step.how === 'raised' || step.how === 'woke' ? 'autopsy.after' : 'autopsy.for';
  return (
    <li>
      <Node node={step.from} />
      <span className="chain-arrow small">
        <span>{t(`autopsy.how.${step.how}`)}</span>
        <i aria-hidden="true" />
        <span className="muted numeral">
          {offsetText(step.at - zero)} · {t(words, { value: length })}
        </span>
      </span>
      <Node node={step.to} />
    </li>
  );
}

export function ChainPanel({ spike, trace }: { spike: Spike; trace: Trace }) {
  const steps = useMemo(() => chainOf(trace, spike), [trace, spike]);
  return (
    <section className="card chain" aria-label={t('autopsy.chain')}>
      <header>
        <h2>{t('autopsy.chain')}</h2>
      </header>
      {steps.length === 0 ? (
        <p className="muted empty">{t('autopsy.noChain')}</p>
      ) : (
        <ol>
          {steps.map((step, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a chain do not change
            <Step key={i} step={step} zero={trace.windowFromNs} />
          ))}
        </ol>
      )}
    </section>
  );
}
