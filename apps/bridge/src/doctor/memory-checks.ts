// What moves, merges and swaps memory.
import type { DoctorCheck } from '@rtprobe/protocol';
import { type Check, ofFile, unlessFile } from './check.ts';
import { ok, risk } from './verdict.ts';

const SWAPS = '/proc/swaps';

export const memoryChecks = {
  'huge-pages': {
    title: 'Transparent huge pages',
    zh: '透明大页',
    judge: unlessFile(
      '/sys/kernel/mm/transparent_hugepage/enabled',
      'ok',
      (text) => !text.includes('[always]'),
    ),
  },
  swap: {
    title: 'Swap',
    zh: '交换空间',
    judge: ofFile(SWAPS, 'ok', (text, machine) => {
      const [, ...used] = text.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
      return used.length > 0
        ? risk(...used.map((value) => ({ source: SWAPS, value })))
        : ok(machine.file(SWAPS));
    }),
  },
  'same-page-merging': {
    title: 'Merging of same pages (KSM)',
    zh: '同页合并 (KSM)',
    judge: unlessFile('/sys/kernel/mm/ksm/run', 'ok', (text) => text !== '1'),
  },
  'numa-balancing': {
    title: 'NUMA balancing',
    zh: 'NUMA 平衡',
    judge: unlessFile('/proc/sys/kernel/numa_balancing', 'ok', (text) => text === '0'),
  },
  compaction: {
    title: 'Proactive compaction',
    zh: '主动内存规整',
    judge: unlessFile('/proc/sys/vm/compaction_proactiveness', 'ok', (text) => text === '0'),
  },
  'zone-reclaim': {
    title: 'Reclaim of the local node',
    zh: '本地节点的内存回收',
    judge: unlessFile('/proc/sys/vm/zone_reclaim_mode', 'ok', (text) => text === '0'),
  },
} satisfies Partial<Record<DoctorCheck, Check>>;
