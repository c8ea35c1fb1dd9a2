// A link to the doctor of the host, with the checks that concern what the page shows.
import type { DoctorCheck } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';
import { Link } from './Link.tsx';

export function DoctorLink({ checks }: { checks: readonly DoctorCheck[] }) {
  if (checks.length === 0) return null;
  return (
    <p className="small muted page-note">
      <Link to={{ page: 'doctor' }} title={t('doctor.linkHint')}>
        {t('doctor.link')}
      </Link>
      : <code>{checks.join(', ')}</code>
    </p>
  );
}
