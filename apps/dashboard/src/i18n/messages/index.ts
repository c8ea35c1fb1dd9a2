// All messages of the page. A part of the screen has a file of its own; keys begin with the part's name.

import { bar } from './bar.ts';
import { headline } from './headline.ts';
import { heatmap } from './heatmap.ts';
import { help } from './help.ts';
import { pages } from './pages.ts';
import { report } from './report.ts';
import { sheet } from './sheet.ts';
import { spikes } from './spikes.ts';
import { status } from './status.ts';
import { tables } from './tables.ts';
import { work } from './work.ts';

export const messages = {
  ...bar,
  ...status,
  ...headline,
  ...heatmap,
  ...tables,
  ...spikes,
  ...help,
  ...pages,
  ...work,
  ...report,
  ...sheet,
} as const;
