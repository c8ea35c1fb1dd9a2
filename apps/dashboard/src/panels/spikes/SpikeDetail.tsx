// The facts that the kernel captured of one spike.
import { formatDuration, span } from '@rtprobe/metrics';
import type { Spike, StoredIncident } from '@rtprobe/protocol';
import { useEffect, useRef } from 'react';
import { interruptedRows, measuredRows } from '../../charts/report/details.ts';
import { t } from '../../i18n/translate.ts';
import { Words } from '../../i18n/Words.tsx';
import { fullName } from '../../store/machine/interrupt-names.ts';
import { useAcknowledged, useAddress, useReading, useSession } from '../../store/session/context.ts';
import { AdviceList } from '../common/AdviceList.tsx';
import { Rows } from '../common/FactRows.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { Duration } from '../common/Quantity.tsx';
import { Sentence } from '../common/Sentence.tsx';
import { StackFrames } from '../common/StackFrames.tsx';
import { useRemote } from '../common/use-remote.ts';
import { useSpikeQuery } from '../common/use-spike-query.ts';
import { ValueBar } from './ValueBar.tsx';

function Decomposition({ spike }: { spike: Spike }) {
  const { cause, valueNs, thresholdNs } = spike;
  const rest = cause === undefined ? valueNs : Math.max(0, valueNs - cause.durationNs);
  return (
    <>
      <ValueBar spike={spike} />
      <p className="small numeral parts">
        {spike.measure === 'timer_latency' && cause !== undefined && (
          <span>
            <i className="key explained" />{' '}
            <Words
              of="detail.inHandler"
              with={{
                time: formatDuration(Math.min(cause.durationNs, valueNs)),
                name: <Name>{fullName(cause)}</Name>,
              }}
            />
          </span>
        )}
        {spike.measure === 'timer_latency' && (
          <span>
            <i className="key rest" />{' '}
            {t(cause === undefined ? 'detail.inNone' : 'detail.inRest', { time: formatDuration(rest) })}
          </span>
        )}
        <span className="muted">{t('detail.threshold', { threshold: formatDuration(thresholdNs) })}</span>
      </p>
    </>
  );
}

function Facts({ spike }: { spike: Spike }) {
  return (
    <div className="facts">
      <h3>{t('detail.interrupted')}</h3>
      <Rows rows={interruptedRows(spike)} />
      <h3>{t('detail.measured')}</h3>
      <Rows rows={measuredRows(spike)} />
    </div>
  );
}

function Stack({ spike }: { spike: Spike }) {
  return (
    <div className="stack">
      <h3>{t('detail.stack')}</h3>
      <StackFrames spike={spike} />
    </div>
  );
}

export function SpikeDetail() {
  const session = useSession();
  const reading = useReading('spikes');
  const id = useAddress((s) => s.view.spike);
  const seen = useAcknowledged().ids;
  const stored = useRemote<StoredIncident>(
    id === undefined ? undefined : `/incidents/${id}`,
    useSpikeQuery(),
  );
  const panel = useRef<HTMLElement>(null);
  const spikes = reading?.spikes ?? [];
  const index = spikes.findIndex((s) => s.id === id);
  const spike = spikes[index];
  // biome-ignore lint/correctness/useExhaustiveDependencies: focus moves when another spike opens
  useEffect(() => panel.current?.focus({ preventScroll: true }), [id]);
  if (spike === undefined || reading === undefined) return null;
  const incident = reading.incidents.find(({ symptoms }) => symptoms.includes(spike.id));
  const same = spikes.filter((s) => s.culprit === spike.culprit);
  const worst = same.every((s) => s.valueNs <= spike.valueNs);
  const age = span((reading.time - spike.time) / 1e6);
  return (
    <section className="detail" role="dialog" aria-label={t('detail.label')} tabIndex={-1} ref={panel}>
      <div className="head">
        <span className="muted numeral">{t('detail.place', { index: index + 1, count: spikes.length })}</span>
        <span className="spring" />
        <button type="button" disabled={index === 0} onClick={() => session.spikes.step(-1)}>
          ‹ {t('detail.previous')} <kbd>,</kbd>
        </button>
        <button type="button" disabled={index === spikes.length - 1} onClick={() => session.spikes.step(1)}>
          {t('detail.next')} › <kbd>.</kbd>
        </button>
        <Link to={{ page: 'spike', id: spike.id }} className="button">
          {t('report.open')} <kbd>o</kbd>
        </Link>
        {!(incident?.symptoms ?? [spike.id]).some((one) => seen.has(one)) && (
          <button type="button" onClick={() => void session.acknowledgements.add([incident?.id ?? spike.id])}>
            ✓ {t('spikes.acknowledge')}
          </button>
        )}
        <button type="button" onClick={() => session.address.change({ spike: undefined })}>
          {t('detail.close')} <kbd>Esc</kbd>
        </button>
      </div>
      <div className="detail-head">
        <Duration ns={spike.valueNs} className="large alarm" />
        <p className="sentence">
          <Sentence of={spike} />
        </p>
      </div>
      {incident !== undefined && incident.symptoms.length > 1 && (
        <p className="incident-sentence">
          <span className="muted">{t('incidents.one')}: </span>
          <Sentence of={incident} />{' '}
          <Link to={{ page: 'incident', id: incident.id }}>{t('incidents.open')}</Link>
        </p>
      )}
      <Decomposition spike={spike} />
      <p className="muted small">
        {t('pages.ago', { age })} ·{' '}
        {same.length === 1
          ? t('detail.only')
          : t(worst ? 'detail.worstOf' : 'detail.oneOf', { count: same.length })}
      </p>
      <AdviceList key={spike.id} advice={stored.value?.advice} />
      <div className="detail-body">
        <Facts spike={spike} />
        <Stack spike={spike} />
      </div>
    </section>
  );
}
