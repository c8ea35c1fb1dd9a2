// Filters the table of a page by words, which the address contains.
import { t } from '../../i18n/translate.ts';
import { useAddress, useSession } from '../../store/session/context.ts';

interface Props {
  /** For screen readers. */
  label?: string;
}

export function FilterField({ label = t('pages.filter') }: Props) {
  const session = useSession();
  const filter = useAddress((s) => s.view.filter);
  return (
    <input
      type="search"
      placeholder={t('pages.filter')}
      aria-label={label}
      maxLength={64}
      value={filter}
      onChange={(e) => session.address.change({ filter: e.target.value })}
    />
  );
}
