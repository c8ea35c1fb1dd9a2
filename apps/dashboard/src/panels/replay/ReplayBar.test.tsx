import type { HostInfo } from '@rtprobe/protocol';
import { QueryClientProvider } from '@tanstack/react-query';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { SessionContext } from '../../store/session/context.ts';
import { Session } from '../../store/session/session.ts';
import type { Replay } from '../../store/stream/host.ts';
import { createQueryClient } from '../common/use-remote.ts';
import { ReplayBar } from './ReplayBar.tsx';

const replay: Replay = {
  ...{ file: 'night.rec', recordedHost: '<cnc>', startedAt: Date.UTC(2024, 2, 5, 3) * 1000 },
  ...{ positionUs: 61e6, lengthUs: 3600e6, speed: 3, paused: true },
};
const live: HostInfo = { host: 'here', index: 0, state: 'live', since: 0, history: true };

function render(change: Partial<Replay> | undefined): string {
  const session = new Session('/', undefined);
  const info: HostInfo = { ...live, state: 'replay', replay: { ...replay, ...change } };
  session.hosts.setAll([change === undefined ? live : info]);
  return renderToStaticMarkup(
    <SessionContext value={session}>
      <QueryClientProvider client={createQueryClient()}>
        <ReplayBar />
      </QueryClientProvider>
    </SessionContext>,
  );
}

it('shows what is played, where it is, and the time of the recording', () => {
  const html = render({});
  expect(html).toContain('<strong>Recording</strong>');
  expect(html).toContain('night.rec');
  expect(html).toContain('&lt;cnc&gt;');
  expect(html).toContain('00:01:01 / 01:00:00');
  expect(html).toContain('2024');
  expect(html).toContain('aria-label="Play"');
  // A speed that the page does not offer.
  expect(html).toMatch(/<option value="3" selected="">3×/);
});

it('closes only a recording that was opened, and says what the file lacks', () => {
  expect(render({})).not.toContain('Close recording');
  expect(render({ opened: true })).toContain('Close recording');
  expect(render({ truncated: true })).toContain('the file is truncated');
});

it('says that it is at the end, and offers to play again', () => {
  const html = render({ ended: true, positionUs: 3600e6 });
  expect(html).toContain('end of the recording');
  expect(html).toContain('aria-label="Play again"');
});

it('shows nothing on a live host', () => {
  expect(render(undefined)).toBe('');
});
