// npm run gen            writes every file generated from kmod/uapi/rtprobe.yaml and apps/agent/frames.yaml
// npm run gen -- --check writes nothing; exits 1 and names each file that differs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { framesHeader, measureList, policyHeader, policySource, uapiHeader } from './c.ts';
import { framesMarkdown, markdown } from './markdown.ts';
import { measuresPage, protocolMeasures } from './measures.ts';
import { readFrames, readSpec } from './spec.ts';
import { framesTypescript, typescript } from './typescript.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const spec = readSpec(`${root}kmod/uapi/rtprobe.yaml`);
const frames = readFrames(`${root}apps/agent/frames.yaml`);
const outputs: Record<string, string> = {
  'apps/agent/frames.h': framesHeader(frames),
  'packages/abi/src/frames.ts': framesTypescript(frames),
  'docs/reference/agent-stream.md': framesMarkdown(frames),
  'kmod/uapi/rtprobe.h': uapiHeader(spec),
  'kmod/src/netlink/policy.h': policyHeader(spec),
  'kmod/src/netlink/policy.c': policySource(spec),
  'kmod/src/base/measure_list.h': measureList(spec),
  'packages/abi/src/generated.ts': typescript(spec),
  'packages/protocol/src/generated.ts': protocolMeasures(spec),
  'docs/reference/abi.md': markdown(spec),
  'docs/reference/measures.md': measuresPage(spec, readFileSync(`${root}docs/reference/measures.md`, 'utf8')),
};

function current(path: string): string | undefined {
  try {
    return readFileSync(root + path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const stale = Object.entries(outputs).filter(([path, text]) => current(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`gen: ${path} differs from its YAML file; run npm run gen`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of stale) {
    writeFileSync(root + path, text);
    console.log(`gen: wrote ${path}`);
  }
}
