import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { parseClientMessage } from './client-message.ts';

function refusal(text: string): ProtocolError {
  try {
    parseClientMessage(text);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('control messages of a client', () => {
  it('are read when every field is in range', () => {
    const message = { type: 'subscribe', host: 'cnc-07', rate: 10 };
    expect(parseClientMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    ['not json', 'E_MESSAGE_JSON', 'not json'],
    ['null', 'E_MESSAGE_TYPE', 'undefined'],
    ['{"type":"reboot"}', 'E_MESSAGE_TYPE', 'reboot'],
    ['{"type":"subscribe","host":"a","rate":21}', 'E_MESSAGE_FIELD', 'rate'],
    ['{"type":"subscribe","host":"a","rate":1.5}', 'E_MESSAGE_FIELD', 'rate'],
    ['{"type":"subscribe","rate":1}', 'E_MESSAGE_FIELD', 'host'],
    ['{"type":"ack","host":"a","seq":1,"evil":1}', 'E_MESSAGE_FIELD', 'evil'],
  ])('are refused by code and word: %s', (text, code, word) => {
    expect(refusal(text)).toMatchObject({ code, word });
  });
});
