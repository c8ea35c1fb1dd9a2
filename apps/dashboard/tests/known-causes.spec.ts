// Disturbs a real kernel in the lab in known ways and checks the spike page of each: the cause and the duration. It
// takes minutes, so it has a script of its own, `npm run test:causes`; the suite checks the same sentences with a
// recording (apps/bridge/tests/disturbed.test.ts).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { kernelName } from '@rtprobe/lab';
import type { Spike } from '@rtprobe/protocol';
import {
  type Claim,
  DISTURBANCES,
  type Disturbance,
  DisturbedGuest,
  faultOf,
  isOf,
  type Truth,
} from '../../bridge/tests/disturbances.ts';
import { rtprobe, type Served } from './command.ts';
import { askOf, logIn } from './log-in.ts';
import { expect, test } from './page.ts';

const kernel = kernelName(process.env.RTPROBE_CAUSES_KERNEL ?? '6.12-rt');
/** Maximum time for a page to show an existing spike, on a machine that emulates a guest. */
const SHOWN_MS = 30_000;
/** A busy host can delay an emulated CPU's timer so much that a disturbance ends before anything is late. */
const TRIES = 3;

// A cold cache first downloads a kernel and builds a root file system.
test.describe.configure({ mode: 'serial', timeout: 900_000 });

let disturbed: DisturbedGuest;
let bridge: Served;
let folder: string;
/** Address and sentence of a page that was shown. */
let seen: { path: string; sentence: string };

async function start(port: number): Promise<void> {
  const source = `unix:${disturbed.guest.agentSocket}`;
  bridge = await rtprobe(['serve', '--source', source, '--listen', `127.0.0.1:${port}`, '--data', folder]);
}

test.beforeAll(async () => {
  test.setTimeout(900_000);
  folder = mkdtempSync(join(tmpdir(), 'rtprobe-causes-'));
  disturbed = await DisturbedGuest.boot(kernel);
  await start(0);
  await expect.poll(async () => (await hosts('status'))[0]!.state, { timeout: 60_000 }).toBe('live');
});

test.afterAll(async () => {
  await bridge?.stop();
  await disturbed?.down();
  rmSync(folder, { recursive: true, force: true });
});

async function hosts(path: string): Promise<{ state: string; spikes: Spike[] }[]> {
  return (await askOf<{ hosts: { state: string; spikes: Spike[] }[] }>(bridge, `/${path}`)).hosts;
}

const spikesOf = async (claim: Claim, truth: Truth): Promise<Spike[]> =>
  (await hosts('spikes'))[0]!.spikes.filter((spike) => isOf(claim, truth, spike));

/** Repeats the disturbance until each claim has exactly one spike. */
async function disturb(disturbance: Disturbance): Promise<{ truth: Truth; spikes: Spike[] }> {
  for (let tries = 1; ; tries++) {
    const truth = await disturbed.disturb(disturbance);
    const found = () => Promise.all(disturbance.claims.map((claim) => spikesOf(claim, truth)));
    const each = async () => (await found()).map((spikes) => spikes.length);
    const wanted = disturbance.claims.map(() => 1);
    try {
      await expect.poll(each, { timeout: 5000 }).toEqual(wanted);
      return { truth, spikes: (await found()).flat() };
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

const sentence = (page: Page) => page.locator('.spike-report-head .sentence');

for (const disturbance of DISTURBANCES.filter(({ notOn }) => !notOn?.includes(kernel))) {
  test(`${disturbance.title}: the page names the cause and the duration`, async ({ page }) => {
    const { truth, spikes } = await disturb(disturbance);
    await logIn(page.context(), bridge, 'viewer');
    for (const [i, claim] of disturbance.claims.entries()) {
      const spike = spikes[i]!;
      const path = `/spike/${spike.id}`;
      await page.goto(bridge.url + path);
      const said = async () => faultOf(claim, truth, spike, (await sentence(page).textContent()) ?? '');
      await expect.poll(said, { timeout: SHOWN_MS }).toBeUndefined();
      await expect(page.locator('.timeline canvas')).toBeVisible({ timeout: SHOWN_MS });
      seen = { path, sentence: (await sentence(page).textContent()) ?? '' };
    }
    await page.close();
  });
}

test('the address of a spike works after a restart of the bridge, with the machine offline', async ({
  page,
}) => {
  const { port } = bridge;
  await bridge.stop();
  await disturbed.down();
  await start(port);
  await logIn(page.context(), bridge, 'viewer');
  await page.goto(bridge.url + seen.path);
  await expect(sentence(page)).toHaveText(seen.sentence, { timeout: SHOWN_MS });
  await expect(page.locator('.timeline canvas')).toBeVisible({ timeout: SHOWN_MS });
  await page.close();
});
