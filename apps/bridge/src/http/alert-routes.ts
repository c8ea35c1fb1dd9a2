// REST for alerts: viewers read, operators test.
import type { AlertState } from '@rtprobe/protocol';
import type { Alerts } from '../alerts/alerts.ts';
import { BridgeError } from '../base/errors.ts';
import type { Handlers } from './mount.ts';

const OFF: AlertState = {
  ...{ enabled: false, details: false, quiet: false, held: 0 },
  ...{ channels: [], recent: [] },
};

export function alertHandlers(alerts: Alerts | undefined): Pick<Handlers, 'getAlerts' | 'testAlert'> {
  return {
    getAlerts: () => alerts?.state ?? OFF,
    testAlert: async ({ body: { channel } }) => {
      if (!alerts) {
        const todo = 'start it with --alerts FILE';
        throw new BridgeError('E_ALERT_CHANNEL', 'this bridge reports no alerts', todo, channel);
      }
      await alerts.test(channel);
      return { channel };
    },
  };
}
