import type { Messages } from '../message.ts';

/** Incidents and their symptoms. */
export const incidents = {
  'incidents.label': ['Incidents', '异常事件'],
  'incidents.title': ['Incidents', '异常事件'],
  'incidents.one': ['Incident', '异常事件'],
  'incidents.noise': ['{count} outside', '外部 {count}'],
  'incidents.symptoms': ['{n} {n|symptom|symptoms}', '{n} 个症状'],
  'incidents.symptomsLabel': ['Symptoms', '症状'],
  'incidents.moreSymptoms': ['{count} more not on this page', '另有 {count} 个不在本页面'],
  'incidents.everywhere': ['{count} of {online} CPUs', '{online} 个 CPU 中的 {count} 个'],
  'cause.irqsOffIn': ['interrupts disabled in {task}', '{task} 关中断'],
  'incidents.primary': ['primary', '主要'],
  'incidents.open': ['Open incident', '打开异常事件'],
  'incidents.loading': ['Reading the incident…', '正在读取异常事件……'],
  'incidents.gone': ['This incident is no longer stored', '此异常事件已不再保存'],
  'incidents.origin.linux': ['cause inside Linux', '原因在 Linux 之内'],
  'incidents.origin.outside': ['cause outside Linux', '原因在 Linux 之外'],
  'incidents.origin.unproven': ['cause not proven', '原因未证实'],
  'incidents.originHint.linux': [
    'The evidence proves that something inside Linux is the cause.',
    '证据证明原因在 Linux 之内。',
  ],
  'incidents.originHint.outside': [
    'The evidence proves that the host, the hypervisor or the hardware is the cause.',
    '证据证明原因是宿主机、虚拟机管理程序或硬件。',
  ],
  'incidents.originHint.unproven': ['No evidence proves a cause.', '没有证据证明原因。'],
  'incidents.lasted': ['{span} from the first to the last symptom', '首个与最后一个症状相隔 {span}'],
  'incidents.evidence': ['Evidence: the primary symptom', '证据：主要症状'],
  'incidents.symptomsHint': [
    'The evidence of the primary symptom explains most',
    '主要症状的证据最能说明原因',
  ],
  'incidents.noSymptoms': ['None of the symptoms is stored.', '没有已保存的症状。'],
  'incidents.cpus': ['Affected CPUs', '受影响的 CPU'],
  'incidents.place': ['CPU', 'CPU'],
  'incidents.offset': ['After the first', '距首个症状'],
  'incidents.late': ['Late or long', '迟到或过长者'],
} as const satisfies Messages;
