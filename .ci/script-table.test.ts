import { describe, expect, it } from 'vitest';
import { scriptFaults, scriptsOfPage } from './script-table.ts';

const page = `# Page
## Scripts
| script | purpose |
|---|---|
| \`npm start\` | starts |
| \`npm run one\`, \`npm run two:a -- WORD\` | \`not:this\` |

| folder | scripts |
|---|---|
| \`apps/x\` | \`build\`, \`bench\` (fast) |

## Next
| \`npm run other\` | elsewhere |
`;
const listed = new Map([
  ['.', ['start', 'one', 'two:a']],
  ['apps/x', ['build', 'bench']],
]);

describe('the tables of scripts', () => {
  it('are read from the section of the page', () => {
    expect(scriptsOfPage(page)).toEqual(listed);
  });

  it('have no fault when they name every script', () => {
    const packages = new Map([...listed, ['apps/x', ['build', 'bench', 'typecheck']]]);
    expect(scriptFaults(listed, packages)).toEqual([]);
  });

  it('report a script without a row, and a row without a script', () => {
    const packages = new Map([
      ['.', ['start', 'one', 'new']],
      ['apps/x', ['build', 'bench']],
    ]);
    expect(scriptFaults(listed, packages)).toEqual([
      'CONTRIBUTING.md: has no row for the script new of ./package.json',
      'CONTRIBUTING.md: names the script two:a, which ./package.json does not have',
    ]);
  });
});
