// Shows the content of a report as HTML: selectable text, with names that link to their pages.
import { Fragment } from 'react';
import type { Line, Row, Run } from '../../charts/report/content.ts';
import { tip } from '../../ui/tip.ts';
import { Link } from './Link.tsx';
import { Name } from './Name.tsx';

export function RunText({ run: { text, tone, isName, to, hint } }: { run: Run }) {
  const words = isName === true ? <Name>{text}</Name> : text;
  if (to !== undefined) return <Link to={to}>{words}</Link>;
  if (tone === undefined && hint === undefined) return words;
  return (
    <span className={tone} {...tip(hint)}>
      {words}
    </span>
  );
}

function LineText({ line }: { line: Line }) {
  return (
    <div>
      {line.map((run, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the runs of a line keep their places
        <RunText key={i} run={run} />
      ))}
    </div>
  );
}

export function Rows({ rows }: { rows: readonly Row[] }) {
  return (
    <dl>
      {rows.map(({ name, lines }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was read about a process does not change
        <Fragment key={i}>
          <dt>{name}</dt>
          <dd>
            {lines.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              <LineText key={at} line={line} />
            ))}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
