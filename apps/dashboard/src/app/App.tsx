import { FirstScreen } from '../pages/FirstScreen.tsx';
import { type Drawing, DrawingContext } from '../panels/drawing.ts';
import { SessionContext } from '../store/context.ts';
import type { Session } from '../store/session.ts';

export function App({ session, drawing }: { session: Session; drawing: Drawing }) {
  return (
    <SessionContext value={session}>
      <DrawingContext value={drawing}>
        <FirstScreen />
      </DrawingContext>
    </SessionContext>
  );
}
