import type { mongo } from 'mongoose';
import { expect } from 'vitest';
import type { StoredMessage } from '../../src/log/stored-message';

/**
 * Reads a conversation back and checks what must hold of it whatever happened: numbers without hole or double, times
 * that never go back, each sender's messages once and in the order of their sending. Returns it in order of seq.
 * Senders put the number of their message first in the content.
 */
export async function checkHistory(
  messages: mongo.Collection<StoredMessage>,
  conversationId: mongo.ObjectId,
): Promise<StoredMessage[]> {
  const history = await messages.find({ conversation_id: conversationId }).sort({ seq: 1, _id: 1 }).toArray();
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));

  const changes = history.flatMap(({ evs }) => evs).sort((a, b) => a - b);
  expect(changes).toEqual(changes.map((_, index) => index + 1));
  for (const { ev, evs } of history) expect(ev).toBe(Math.max(...evs));
  const top = history.reduce((last, message) => (message.ev > last.ev ? message : last));
  expect(top.head_seq).toBe(history.length);
  const told = history.map((message, index) => ({
    told: history.slice(0, index + 1).filter(({ type }) => type !== 'system').length,
    seq: message.seq,
  }));
  expect(history.map(({ told, seq }) => ({ told, seq }))).toEqual(told);
  expect(top.head_told).toBe(told.at(-1)?.told ?? 0);
  const controls = history.filter(({ type }) => type === 'system').map(({ evs }) => evs[0] ?? 0);
  expect(top.control_ev).toBe(controls.at(-1) ?? 0);

  expectAscending(history.map(({ created_at }) => created_at.getTime()));
  expectAscending([...history].sort((a, b) => a.ev - b.ev).map(({ updated_at }) => updated_at.getTime()));

  const bySender = groupBySender(history.filter(({ type }) => type !== 'system'));
  for (const [sender, sent] of bySender) {
    const numbers = sent.map(({ content }) => Number.parseInt(content, 10));
    expect(numbers, `messages of sender ${sender}`).toEqual(numbers.map((_, index) => index + 1));
  }
  return history;
}

function groupBySender(history: StoredMessage[]): Map<number, StoredMessage[]> {
  const bySender = new Map<number, StoredMessage[]>();
  for (const message of history) {
    const sent = bySender.get(message.sender_id);
    if (sent) sent.push(message);
    else bySender.set(message.sender_id, [message]);
  }
  return bySender;
}

function expectAscending(numbers: number[]): void {
  expect(numbers.filter((value, index) => index > 0 && value < (numbers[index - 1] ?? 0))).toEqual([]);
}
