// Thresholds by measure: a table that is edited as a draft and applied as one change; presets and a suggestion fill it.
import { formatDuration } from '@rtprobe/metrics';
import {
  type HostConfig,
  hasKthreadThreshold,
  hasPreset,
  type Measure,
  PRESETS,
  type PresetName,
  presets,
  SUGGESTED_SPIKES_PER_HOUR,
  SUGGESTION_SECONDS,
  type TaskKind,
  type ThresholdSuggestion,
  thresholdOf,
} from '@rtprobe/protocol';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { allMeasures, measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import type { RemoteError } from '../../store/remote/remote.ts';
import { type FormError, isFormError } from '../../store/rules/rule-form.ts';
import {
  type Cell,
  cellKey,
  cellsOf,
  changesOf,
  type Draft,
  parseThreshold,
  presetDraft,
  suggestionDraft,
  thresholdText,
} from '../../store/rules/thresholds.ts';
import { useSession } from '../../store/session/context.ts';
import { tip } from '../../ui/tip.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { useChange } from '../common/use-change.ts';

interface Props {
  reading: Reading;
  config: HostConfig;
}

export function Thresholds({ reading, config }: Props) {
  const { info } = reading;
  const change = useChange();
  const [draft, setDraft] = useState<Draft>({});
  const [wrong, setWrong] = useState<FormError>();
  const cells = cellsOf(
    config,
    allMeasures().map(({ name }) => name),
  );
  const changes = changesOf(config, cells, draft);
  const isChanged = isFormError(changes) || changes.length > 0;
  const fixed = info.state === 'replay' || info.state === 'offline' || change.busy;
  const propose = (next: Draft) => {
    setWrong(undefined);
    change.reset();
    setDraft(next);
  };
  const apply = async (event: FormEvent) => {
    event.preventDefault();
    setWrong(isFormError(changes) ? changes : undefined);
    if (isFormError(changes) || changes.length === 0) return;
    const body = { host: info.host, thresholds: changes };
    if (await change.make({ method: 'POST', path: '/config', body })) setDraft({});
  };
  return (
    <form className="card form thresholds" aria-label={t('thresholds.title')} onSubmit={apply}>
      <header>
        <h2>{t('thresholds.title')}</h2>
        <span className="muted small">{t('thresholds.subtitle')}</span>
        <span className="spring" />
        {change.done && (
          <span className="small" role="status">
            ✓ {t('settings.applied')}
          </span>
        )}
      </header>
      <fieldset disabled={fixed}>
        <legend className="muted">{t('thresholds.presets')}</legend>
        <div className="presets">
          {PRESETS.map((name) => (
            <PresetButton key={name} {...{ name, config }} propose={propose} />
          ))}
          <SuggestButton {...{ reading, config }} propose={propose} />
        </div>
      </fieldset>
      <fieldset className="scroll" disabled={fixed}>
        <table>
          <thead>
            <tr>
              <th>{t('cpu.measure')}</th>
              <th>{t('rules.threshold')}</th>
              <th {...tip(t('thresholds.kthreadsHint'))}>{t('thresholds.kthreads')}</th>
              <th className="number col-seen" {...tip(t('thresholds.seenHint'))}>
                {t('thresholds.seen')}
              </th>
            </tr>
          </thead>
          <tbody>
            {cells
              .filter(({ kind }) => kind === 'user')
              .map(({ measure }) => (
                <Row key={measure} {...{ measure, reading, config, draft }} change={setDraft} />
              ))}
          </tbody>
        </table>
      </fieldset>
      <div className="form-line">
        <button type="submit" disabled={fixed || !isChanged}>
          {t('thresholds.apply')}
        </button>
        <button type="button" disabled={!isChanged} onClick={() => propose({})}>
          {t('settings.discard')}
        </button>
        {!isFormError(changes) && changes.length > 0 && (
          <span className="small" role="status">
            {t('thresholds.pending', { count: changes.length, n: changes.length })}
          </span>
        )}
        {wrong !== undefined && (
          <p className="alarm" role="alert">
            ▲ {t('rules.notTime', { text: wrong.text })}
          </p>
        )}
      </div>
      <ErrorLine error={change.error} />
    </form>
  );
}

interface ProposeProps {
  config: HostConfig;
  propose: (draft: Draft) => void;
}

function PresetButton({ name, config, propose }: ProposeProps & { name: PresetName }) {
  const { deadline, waitsNs, holdsNs, restNs } = presets[name];
  const values = { waits: formatDuration(waitsNs), holds: formatDuration(holdsNs) };
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return (
    <div className="preset">
      <button
        type="button"
        aria-pressed={hasPreset(config, presets[name])}
        onClick={() => propose(presetDraft(presets[name]))}
      >
        {t(`preset.${name}`)}
      </button>
      <span className="muted small">
        {deadline === undefined
          ? t(restNs > 0 ? 'preset.allSets' : 'preset.sets', values)
          : t('preset.deadlineSets', {
              ...values,
              period: formatDuration(deadline.periodNs),
              waitsShare: percent(deadline.waits),
              holdsShare: percent(deadline.holds),
            })}
      </span>
    </div>
  );
}

/** Proposes thresholds from the values of the run, once it is long enough. */
function SuggestButton({ reading, config, propose }: ProposeProps & { reading: Reading }) {
  const { remote } = useSession();
  const { info, time } = reading;
  const { mutate, isPending, data, error } = useMutation<ThresholdSuggestion, RemoteError>({
    mutationFn: () => remote!.read<ThresholdSuggestion>('/thresholds/suggestion', { host: info.host }),
    onSuccess: (suggestion) => propose(suggestionDraft(config, suggestion)),
  });
  const seconds = info.runStartedAt === undefined ? 0 : (time - info.runStartedAt) / 1e6;
  const wait = Math.max(data?.waitSeconds ?? 0, Math.ceil(SUGGESTION_SECONDS - seconds));
  const isShort = seconds < SUGGESTION_SECONDS;
  const isSame =
    data !== undefined && data.waitSeconds === 0 && Object.keys(suggestionDraft(config, data)).length === 0;
  return (
    <div className="preset">
      <button type="button" disabled={isPending || isShort || remote === undefined} onClick={() => mutate()}>
        {t('thresholds.suggest')}
      </button>
      <span className="muted small">
        {isShort
          ? t('thresholds.wait', { seconds: wait })
          : isSame
            ? t('thresholds.suggestSame')
            : t('thresholds.suggestHint', { count: SUGGESTED_SPIKES_PER_HOUR })}
      </span>
      <ErrorLine error={error ?? undefined} />
    </div>
  );
}

interface RowProps extends Props {
  measure: Measure;
  draft: Draft;
  change: (draft: Draft) => void;
}

/** Returns the largest value of tasks of a kind, or of the measure if it has no kinds; 0: none. */
function largestSeen({ sources }: Reading, measure: Measure, kind: TaskKind): number {
  const isOfKind = (kthread: boolean) => !hasKthreadThreshold(measure) || kthread === (kind === 'kthread');
  return sources()
    .filter(({ info }) => info.measure === measure && isOfKind(info.task?.kthread === true))
    .reduce((most, { max }) => Math.max(most, max), 0);
}

function Row({ measure, reading, config, draft, change }: RowProps) {
  const { title } = measureWords(measure);
  const kinds: readonly TaskKind[] = hasKthreadThreshold(measure) ? ['user', 'kthread'] : ['user'];
  const seen = kinds.map((kind) => largestSeen(reading, measure, kind));
  return (
    <tr>
      <th scope="row" {...tip(measureWords(measure).explanation)}>
        {title}
        {!config.measures.includes(measure) && (
          <span className="muted small"> · {t('thresholds.measureOff')}</span>
        )}
      </th>
      {(['user', 'kthread'] as const).map((kind) => (
        <td key={kind}>
          {kinds.includes(kind) ? (
            <ThresholdInput cell={{ measure, kind }} {...{ title, config, draft, change }} />
          ) : (
            <span className="muted">–</span>
          )}
        </td>
      ))}
      <td className="number muted col-seen">
        {seen.map((ns) => (ns === 0 ? '–' : formatDuration(ns))).join(' · ')}
      </td>
    </tr>
  );
}

interface InputProps {
  cell: Cell;
  title: string;
  config: HostConfig;
  draft: Draft;
  change: (draft: Draft) => void;
}

function ThresholdInput({ cell, title, config, draft, change }: InputProps) {
  const key = cellKey(cell);
  const set = thresholdOf(config, cell.measure, cell.kind);
  const text = draft[key];
  const changed = text !== undefined && parseThreshold(text) !== set;
  return (
    <span className={changed ? 'threshold changed' : 'threshold'}>
      <input
        aria-label={cell.kind === 'user' ? title : t('thresholds.ofKthreads', { measure: title })}
        value={text ?? thresholdText(set)}
        maxLength={20}
        onChange={(e) => change({ ...draft, [key]: e.target.value })}
      />
      {changed && <span className="muted small">{t('thresholds.was', { was: thresholdText(set) })}</span>}
    </span>
  );
}
