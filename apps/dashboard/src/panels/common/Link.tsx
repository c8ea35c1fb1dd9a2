// A link to another page, as an HTML link that can be opened in a tab or copied.
import type { MouseEvent, ReactNode } from 'react';
import type { Route } from '../../store/address/route.ts';
import { turnTo, type View } from '../../store/address/view.ts';
import { useSession, useView } from '../../store/session/context.ts';
import { tipOnControl } from '../../ui/tip.ts';

interface Props {
  to: Route;
  /** Changes to the view beside the page's defaults. */
  change?: Partial<View>;
  className?: string;
  title?: string;
  current?: boolean;
  children: ReactNode;
}

export function Link({ to, change, className = 'link', title, current, children }: Props) {
  const session = useSession();
  const view = useView();
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    session.address.open(to, change);
  };
  return (
    <a
      href={session.address.format(turnTo(view, to, change))}
      className={className}
      {...tipOnControl(title)}
      aria-current={current === true ? 'page' : undefined}
      onClick={follow}
    >
      {children}
    </a>
  );
}
