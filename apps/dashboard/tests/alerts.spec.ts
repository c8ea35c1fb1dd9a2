// The state of alerts on the page of settings.
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, test } from './page.ts';
import { scenarios } from './synthetic.ts';

let feeder: Feeder;

test.beforeEach(async ({ page }) => {
  feeder = await startFeeder({ scenario: scenarios.normal, historySeconds: 10 });
  feeder.becomeOperator();
  await page.goto(`${feeder.url}rules`);
});
test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

test('channels show what they sent and why not, and can be tested', async ({ page }) => {
  const card = page.getByRole('region', { name: 'Alerts' });
  await expect(card.locator('tbody tr')).toHaveCount(2);
  await expect(card).toContainText('550 no such user');
  const messages = page.getByRole('region', { name: 'Newest messages' });
  await expect(messages).toContainText('Quiet hours: 2 alerts wait');
  await expect(messages).toContainText('Sends to chat every 5 min that it runs');
  await expect(messages.getByRole('listitem')).toHaveCount(2);
  await card.getByRole('button', { name: 'Send test' }).first().click();
  await expect(messages).toContainText('The test message was sent.');
  expect(feeder.changes.at(-1)).toMatchObject({ path: '/alerts/test', body: { channel: 'chat' } });
});
