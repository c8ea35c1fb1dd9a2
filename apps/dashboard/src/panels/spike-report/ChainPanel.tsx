// What led to the spike, step by step, as boxes with arrows: a list, so that it reads without the boxes too.
import type { Spike, Trace } from '@rtprobe/protocol';
import { type ChainNode, type ChainStep, chainOf } from '@rtprobe/trace';
import { useMemo } from 'react';
import { kindVariable } from '../../charts/colours.ts';
import { nodeDetail, stepWords } from '../../charts/report/chain.ts';
import { t } from '../../i18n/translate.ts';
import { Name } from '../common/Name.tsx';

function Node({ node }: { node: ChainNode }) {
  const detail = nodeDetail(node);
  return (
    <span className="chain-node" style={{ borderColor: kindVariable(node.kind) }}>
      <b>
        <Name>{node.label}</Name>
      </b>
      {detail !== '' && (
        <span className="small">
          <Name>{detail}</Name>
        </span>
      )}
    </span>
  );
}

function Step({ step, zero }: { step: ChainStep; zero: number }) {
  const { how, when } = stepWords(step, zero);
  return (
    <li>
      <Node node={step.from} />
      <span className="chain-arrow small">
        <span>{how}</span>
        <i aria-hidden="true" />
        <span className="muted numeral">{when}</span>
      </span>
      <Node node={step.to} />
    </li>
  );
}

export function ChainPanel({ spike, trace }: { spike: Spike; trace: Trace }) {
  const steps = useMemo(() => chainOf(trace, spike), [trace, spike]);
  return (
    <section className="card chain" aria-label={t('report.chain')}>
      <header>
        <h2>{t('report.chain')}</h2>
      </header>
      {steps.length === 0 ? (
        <p className="muted empty">{t('report.noChain')}</p>
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
