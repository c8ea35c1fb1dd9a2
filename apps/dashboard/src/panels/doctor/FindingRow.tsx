// One check of the doctor: its evidence, and beside it what it does and what to try.
import type { DoctorEvidence, DoctorFinding } from '@rtprobe/protocol';
import { adviceWords } from '../../i18n/advice.ts';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/translate.ts';
import { Name } from '../common/Name.tsx';

interface EvidenceProps {
  evidence: readonly DoctorEvidence[];
  more: number;
  isOpen: boolean;
}

/** More lines than this are shown only on request. */
const OPEN_MAX = 4;

function Evidence({ evidence, more, isOpen }: EvidenceProps) {
  if (evidence.length === 0) return null;
  return (
    <details className="doctor-evidence" open={isOpen && evidence.length <= OPEN_MAX}>
      <summary className="muted small">
        {t('doctor.evidence')} ({evidence.length + more})
      </summary>
      <ul>
        {evidence.map(({ source, value }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two lines can be equal, and the list never changes
          <li key={i}>
            <Name className="muted small">{source}</Name>
            {value === '' ? <span className="muted">{t('doctor.empty')}</span> : <Name>{value}</Name>}
          </li>
        ))}
        {more > 0 && <li className="muted small">{t('doctor.more', { count: more })}</li>}
      </ul>
    </details>
  );
}

function Remedy({ finding: { advice } }: { finding: DoctorFinding }) {
  if (advice === undefined) return null;
  const { words, lang } = adviceWords(advice);
  return (
    <div className="doctor-remedy" lang={lang}>
      <p>{words.what}</p>
      <ul>
        {words.try.map((remedy) => (
          <li key={remedy}>{remedy}</li>
        ))}
      </ul>
      <p>
        <span className="muted">{t('advice.risk')}: </span>
        {words.risk}
      </p>
      <p className="muted small">
        {t('advice.docs')}: <Name>{advice.docs.join(', ')}</Name>
      </p>
    </div>
  );
}

export function FindingRow({ finding }: { finding: DoctorFinding }) {
  const { id, state, title, reason, zh, evidence, moreEvidence = 0 } = finding;
  const isChinese = language() === 'zh';
  const needsHelp = state === 'problem' || state === 'risk';
  const why = isChinese ? zh.reason : reason;
  return (
    <li className={`doctor-finding ${state}`} id={`check-${id}`}>
      <div>
        <h3>
          {isChinese ? zh.title : title} <code className="muted small">{id}</code>
        </h3>
        {why !== undefined && <p>{why}</p>}
        <Evidence evidence={evidence} more={moreEvidence} isOpen={needsHelp} />
      </div>
      {needsHelp && <Remedy finding={finding} />}
    </li>
  );
}
