// Tests the actions of rules on the page of rules, with a synthetic host.
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, test } from './page.ts';
import { scenarios } from './synthetic.ts';

let feeder: Feeder;

test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

test('a rule acts once, and is armed again', async ({ page }) => {
  feeder = await startFeeder({ scenario: { ...scenarios.normal }, historySeconds: 10 });
  await page.goto(`${feeder.url}rules`);
  feeder.becomeOperator();
  const form = page.getByRole('form', { name: 'Add rule' });
  await form.getByLabel('process to signal').fill('servo:BOOM');
  await form.getByRole('button', { name: 'add' }).click();
  await expect(form.getByRole('alert')).toContainText('“servo:BOOM” is not a process and a signal');
  await form.getByLabel('process to signal').fill('servo:USR2');
  await form.getByLabel('stop ftrace').check();
  await form.getByRole('button', { name: 'add' }).click();
  const row = page.getByRole('region', { name: 'Rules', exact: true }).locator('tbody tr');
  await expect(row).toContainText('stops ftrace · sends USR2 to servo · not armed · acted 1 time');
  if (process.env.SHOT) await page.screenshot({ path: '/tmp/rules-dark.png', fullPage: true });
  await row.getByRole('button', { name: 'Arm rule 1' }).click();
  await expect(row).toContainText('· armed');
  await expect(row.getByRole('button', { name: 'Arm rule 1' })).toHaveCount(0);
});
