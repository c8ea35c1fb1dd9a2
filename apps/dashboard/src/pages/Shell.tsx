// What is around every page: the bar, what is wrong, the help; and where there is nothing to show, why.
import type { ReactNode } from 'react';
import { Bar, Notice } from '../panels/Bar.tsx';
import { Help } from '../panels/Help.tsx';
import { NoteDialog } from '../panels/NoteDialog.tsx';
import { Palette } from '../panels/Palette.tsx';
import { TokenDialog } from '../panels/TokenDialog.tsx';
import { Unreachable } from '../panels/Unreachable.tsx';
import { useReading, useSession } from '../store/context.ts';
import { status } from '../store/status.ts';

export function Shell({ children }: { children: ReactNode }) {
  const session = useSession();
  const reading = useReading('bar');
  const { old } = status(session, performance.now());
  return (
    <div className={old && reading !== undefined && reading.time > 0 ? 'page old' : 'page'}>
      <Bar />
      <Notice />
      {reading === undefined ? <Unreachable /> : children}
      <Help />
      <Palette />
      <NoteDialog />
      <TokenDialog />
    </div>
  );
}
