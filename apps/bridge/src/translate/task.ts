// Converts tasks from the kernel's messages to the protocol.
import type { Task } from '@rtprobe/abi';
import type { TaskInfo } from '@rtprobe/protocol';
import { cgroupText } from '@rtprobe/trace';
import { POLICIES } from '../base/policies.ts';

export const policyOf = (task: Task | undefined): string =>
  POLICIES[task?.policy ?? 0] ?? `policy ${task?.policy}`;

export function toTask(task: Task | undefined): TaskInfo {
  const workload = cgroupText(task?.cgroup)?.en;
  return {
    pid: task?.pid ?? 0,
    tgid: task?.tgid ?? 0,
    startNs: String(task?.startTime ?? 0n),
    comm: task?.comm ?? '',
    policy: policyOf(task),
    priority: task?.priority ?? 0,
    nice: task?.nice ?? 0,
    kthread: task?.kthread === 1,
    ...(task?.own === 1 && { own: true as const }),
    ...(task?.cgroup !== undefined && { cgroup: task.cgroup }),
    ...(workload !== undefined && { workload }),
  };
}
