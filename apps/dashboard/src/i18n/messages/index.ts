// All messages of the page. Each part of the screen has its own file; its keys begin with the name of the part.

import { advice } from './advice.ts';
import { bar } from './bar.ts';
import { compare } from './compare.ts';
import { devices } from './devices.ts';
import { doctor } from './doctor.ts';
import { headline } from './headline.ts';
import { heatmap } from './heatmap.ts';
import { help } from './help.ts';
import { incidents } from './incidents.ts';
import { isolation } from './isolation.ts';
import { loading } from './loading.ts';
import { login } from './login.ts';
import { pages } from './pages.ts';
import { replay } from './replay.ts';
import { report } from './report.ts';
import { sheet } from './sheet.ts';
import { spikes } from './spikes.ts';
import { status } from './status.ts';
import { tables } from './tables.ts';
import { testRuns } from './test-runs.ts';
import { whatIf } from './what-if.ts';
import { work } from './work.ts';

export const messages = {
  ...bar,
  ...status,
  ...headline,
  ...heatmap,
  ...tables,
  ...spikes,
  ...incidents,
  ...isolation,
  ...doctor,
  ...advice,
  ...help,
  ...loading,
  ...login,
  ...pages,
  ...devices,
  ...work,
  ...testRuns,
  ...compare,
  ...whatIf,
  ...report,
  ...sheet,
  ...replay,
} as const;
