// Opens the help, also for a person who has not closed it in this browser before.
import { useOverlays } from '../../store/session/context.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

const HelpDialog = lazyPart(async () => (await import('./HelpDialog.tsx')).HelpDialog);

export function Help() {
  const open = useOverlays((s) => s.help);
  return open ? <HelpDialog /> : null;
}
