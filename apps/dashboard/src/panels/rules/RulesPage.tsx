// Settings of a host: which measures are on, and which values are spikes.

import { t } from '../../i18n/translate.ts';
import { useReading } from '../../store/session/context.ts';
import { AlertsCard } from './AlertsCard.tsx';
import { RuleForm } from './RuleForm.tsx';
import { RuleTable } from './RuleTable.tsx';
import { Settings } from './Settings.tsx';
import { Thresholds } from './Thresholds.tsx';

export function RulesPage() {
  const reading = useReading('table');
  if (reading === undefined) return null;
  const { config } = reading.info;
  return (
    <div className="screen alone">
      <main className="main paged">
        {reading.info.state === 'replay' && <p className="page-note muted">{t('settings.replay')}</p>}
        <Settings info={reading.info} />
        {config?.thresholds !== undefined && <Thresholds {...{ reading, config }} />}
        <RuleTable host={reading.info.host} rules={reading.rules} />
        <RuleForm host={reading.info.host} />
        <AlertsCard />
      </main>
    </div>
  );
}
