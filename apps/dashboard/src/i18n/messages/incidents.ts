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
  'incidents.primary': ['primary', '主要'],
} as const satisfies Messages;
