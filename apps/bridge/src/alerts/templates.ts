// Bodies of webhooks.
import { linesOf, type Notification } from './alert.ts';

export interface Body {
  readonly type: string;
  readonly text: string;
}

const json = (value: unknown): Body => ({ type: 'application/json', text: JSON.stringify(value) });
const plain = (notification: Notification): string =>
  [notification.title, ...linesOf(notification).map((line) => `- ${line}`), notification.url].join('\n');

/** Slack reads these three characters as markup. */
const forSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
/** Characters that Markdown reads as markup. */
const forMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]()#+!|<>~@]/g, '\\$&');
const DISCORD_MAX = 2000;

const textBlock = (text: string, more: object = {}): object => ({
  type: 'TextBlock',
  text,
  wrap: true,
  ...more,
});

const writers = {
  json: ({ suppressed, more, ...notification }) => json({ version: 1, ...notification, more, suppressed }),
  text: (notification) => ({ type: 'text/plain; charset=utf-8', text: plain(notification) }),
  /** Also Mattermost and Rocket.Chat. */
  slack: (notification) =>
    json({
      text: [
        `*${forSlack(notification.title)}*`,
        ...linesOf(notification).map((line) => `• ${forSlack(line)}`),
        `<${notification.url}|Open in rtprobe>`,
      ].join('\n'),
    }),
  teams: (notification) =>
    json({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            ...{
              type: 'AdaptiveCard',
              version: '1.4',
              $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            },
            body: [
              textBlock(forMarkdown(notification.title), { weight: 'Bolder' }),
              ...linesOf(notification).map((line) => textBlock(forMarkdown(line))),
            ],
            actions: [{ type: 'Action.OpenUrl', title: 'Open in rtprobe', url: notification.url }],
          },
        },
      ],
    }),
  discord: (notification) => {
    const lines = [`**${forMarkdown(notification.title)}**`, ...linesOf(notification).map(forMarkdown)];
    const room = DISCORD_MAX - notification.url.length - 1;
    const content = `${lines.join('\n').slice(0, room)}\n${notification.url}`;
    return json({ content, allowed_mentions: { parse: [] } });
  },
  'google-chat': (notification) => json({ text: plain(notification) }),
} satisfies Record<string, (notification: Notification) => Body>;

export type Template = keyof typeof writers;
export const TEMPLATES = Object.keys(writers) as [Template, ...Template[]];

export const bodyOf = (template: Template, notification: Notification): Body =>
  writers[template](notification);
