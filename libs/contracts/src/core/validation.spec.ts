import { describe, expect, it } from 'vitest';
import { SendMessageDto } from '../messages/message.dto';
import { CreateConversationDto } from '../conversations/conversation.dto';
import { MAX_CURSORS, SyncDto } from '../sync/sync.dto';
import { AppError } from './errors';
import { parse } from './validation';

const conversationId = '6650f0b1a4b1c2d3e4f50601';

const refusal = (type: new () => object, raw: unknown): AppError => {
  try {
    parse(type, raw);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was accepted');
};

describe('parse', () => {
  it('gives an instance of the payload class', () => {
    const parsed = parse(SendMessageDto, { conversationId, content: 'hi' });
    expect(parsed).toBeInstanceOf(SendMessageDto);
    expect(parsed).toEqual({ conversationId, content: 'hi' });
  });

  it.each([
    ['missing', {}, 'conversationId'],
    ['wrong type', { conversationId, content: 5 }, 'content'],
    ['operator object', { conversationId: { $gt: '' }, content: 'x' }, 'conversationId'],
    ['unknown field', { conversationId, content: 'x', sender_id: 7 }, 'sender_id'],
    ['too long', { conversationId, content: 'x'.repeat(8_001) }, 'content'],
    [
      '__proto__',
      JSON.parse(`{"conversationId":"${conversationId}","__proto__":{"admin":true}}`),
      '__proto__',
    ],
    ['constructor', { conversationId, constructor: { prototype: { admin: true } } }, 'constructor'],
    ['not an object', 'text', 'payload'],
    ['null', null, 'payload'],
    ['an array', [], 'payload'],
  ])('refuses %s and names the field', (_case, raw, field) => {
    const error = refusal(SendMessageDto, raw);
    expect(error.code).toBe('BAD_REQUEST');
    expect(error.details?.map((detail) => detail.field)).toContain(field);
    expect(error.message).toContain(field);
  });

  it.each([
    { what: 'a string in place of a user id', participantIds: ['1'] },
    { what: 'a fraction', participantIds: [1.5] },
    { what: 'zero', participantIds: [0] },
    { what: 'a huge number', participantIds: [1e308] },
    { what: 'an operator', participantIds: [{ $ne: null }] },
    { what: 'too many', participantIds: Array(1_001).fill(1) },
    { what: 'no list', participantIds: '1' },
  ])('refuses $what in participantIds', ({ participantIds }) => {
    expect(refusal(CreateConversationDto, { participantIds }).details?.[0]?.field).toMatch(/^participantIds/);
  });

  it('refuses what is too deep or too wide before it looks any closer', () => {
    let deep: object = {};
    for (let i = 0; i < 20; i++) deep = { content: deep };
    expect(refusal(SendMessageDto, deep).message).toContain('nested deeper');
    const wide = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`k${i}`, 1]));
    expect(refusal(SendMessageDto, wide).message).toContain('at most 200 keys');
    const cursors = Array.from({ length: 900 }, () => ({ conversationId: 'x', ev: 1, more: 1 }));
    expect(refusal(SyncDto, { cursors }).message).toContain('at most 2000 keys');
  });

  it('takes as many cursors as a sync may name', () => {
    const cursorAt = (ev: number) => ({ conversationId: '6650f0b1a4b1c2d3e4f50601', ev });
    const cursors = Array.from({ length: MAX_CURSORS }, (_, ev) => cursorAt(ev));
    expect(parse(SyncDto, { cursors }).cursors).toHaveLength(MAX_CURSORS);
    expect(refusal(SyncDto, { cursors: [...cursors, cursorAt(1)] }).details?.[0]?.field).toBe('cursors');
  });
});
