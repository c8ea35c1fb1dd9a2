import { expect, it } from 'vitest';
import { messages } from '../apps/dashboard/src/i18n/messages/index.ts';
import { sourcesOfMessages, twins, unusedMessages } from './messages.ts';

it('every message of the dashboard is used', () => {
  expect(unusedMessages(Object.keys(messages), sourcesOfMessages())).toEqual([]);
});

it('a message that no source has as a string is unused', () => {
  const sources = ["t('runs.title')", 'of="login.viewer"', "// not 'runs.loading'"];
  expect(unusedMessages(['runs.title', 'runs.loading', 'login.viewer'], sources)).toEqual(['runs.loading']);
});

it('a template uses the messages whose words are strings elsewhere', () => {
  const sources = [
    `t(\`nav.\${page}\`)`,
    "type Page = 'causes' | 'tasks'",
    `t(\`report.mode.\${mode ?? "tasks"}\`)`,
  ];
  const keys = ['nav.causes', 'nav.title', 'nav.causes.hint', 'report.mode.tasks', 'report.tasks'];
  expect(unusedMessages(keys, sources)).toEqual(['nav.title', 'nav.causes.hint', 'report.tasks']);
});

it('a sentence or template of the dashboard has one key', () => {
  expect(twins(messages)).toEqual([]);
});

it('equal sentences and templates are twins, equal names are not', () => {
  const found = twins({
    'a.ago': ['{age} ago', ''],
    'b.ago': ['{span} ago', ''],
    'a.none': ['No incidents yet.', ''],
    'b.none': ['No incidents yet.', ''],
    'a.name': ['Irq state', ''],
    'b.name': ['Irq state', ''],
  });
  expect(found).toEqual([
    ['a.ago', 'b.ago'],
    ['a.none', 'b.none'],
  ]);
});
