import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness, temporaryFolder, until } from '../../tests/harness.ts';

const dir = temporaryFolder();
let harness: Harness;
afterEach(async () => {
  await harness.close();
  rmSync(dir, { recursive: true, force: true });
});

const PATH = '/api/v1/acknowledgements';

describe.each([
  ['in the store', { history: { dir: join(dir, 'data') } }],
  ['in memory', {}],
])('acknowledgements %s', (_, options) => {
  it('are sent to every browser, and can be withdrawn', async () => {
    harness = await startHarness(options);
    const open = async () => {
      const browser = await harness.browser();
      browser.subscribe('simulated');
      await browser.next('spikes');
      return browser;
    };
    const one = await open();
    const body = { incidents: ['7-1', '7-2'], by: 'Jo', comment: 'the new cable' };
    const { status, body: answer } = await harness.post(PATH, body);
    expect(status).toBe(200);
    const { changed } = await one.next('acknowledgements');
    expect(changed).toMatchObject([
      { incident: '7-1', by: 'Jo', comment: 'the new cable', time: expect.any(Number) },
      { incident: '7-2' },
    ]);
    expect(answer.acknowledgements).toEqual(changed);
    const other = await open();
    expect((await other.next('acknowledgements')).changed).toEqual(changed);

    await harness.post(PATH, { incidents: ['7-1'], comment: 'again' });
    expect((await harness.delete(`${PATH}?incident=7-2`)).status).toBe(200);
    expect((await harness.get(PATH)).body).toMatchObject({
      host: 'simulated',
      acknowledgements: [{ incident: '7-1', by: '', comment: 'again' }],
    });
    await until('the withdrawal', () =>
      other.messages.find((m) => m.type === 'acknowledgements' && m.removed[0] === '7-2'),
    );
    expect(await harness.delete(`${PATH}?incident=7-2`)).toMatchObject({ status: 404 });
  });
});

it('acknowledgements survive a restart of the bridge', async () => {
  const options = { history: { dir: join(dir, 'data') } };
  harness = await startHarness(options);
  await harness.post(PATH, { incidents: ['7-1'], by: 'Jo' });
  await harness.close();
  harness = await startHarness(options);
  expect((await harness.get(PATH)).body).toMatchObject({ acknowledgements: [{ incident: '7-1', by: 'Jo' }] });
});

it.each([
  [{ incidents: [] }, 'incidents'],
  [{ incidents: ['../x'] }, 'incidents.0'],
  [{ incidents: Array.from({ length: 101 }, (_, i) => `7-${i}`) }, 'incidents'],
  [{ incidents: ['7-1'], by: 'x'.repeat(65) }, 'by'],
])('an acknowledgement such as %j is refused', async (body, word) => {
  harness = await startHarness();
  expect(await harness.post(PATH, body)).toMatchObject({ status: 400, body: { error: { word } } });
  const viewer = harness.bridge.createToken('viewer');
  expect(await harness.post(PATH, { incidents: ['7-1'] }, viewer)).toMatchObject({ status: 403 });
});
