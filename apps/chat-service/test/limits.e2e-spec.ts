import {
  deleteScheduled,
  listDrafts,
  listPins,
  listScheduled,
  pinMessage,
  scheduleMessage,
  setDraft,
  unpinMessage,
} from '@app/contracts';
import type { Connection } from '@app/testing';
import { describe, expect, it } from 'vitest';
import type { Person } from './support/people';
import { say } from './support/stage';
import { useDeafChatServices } from './support/deaf-chat-services';

const LIMIT = 5;
const services = useDeafChatServices({
  MAX_PINS: String(LIMIT),
  MAX_DRAFTS: String(LIMIT),
  MAX_SCHEDULED: String(LIMIT),
});

const MANY = Array.from({ length: 4 * LIMIT }, (_, n) => n);

/** Alice with bob, and many devices of hers on two instances, which do not hear each other: what one device says waits in line. */
async function stage(): Promise<{ alice: Person; bob: Person; devices: Connection[] }> {
  const { here, there } = services();
  const [alice, bob] = await here.people('alice', 'bob');
  const devices = await Promise.all(MANY.map((n) => alice.device((n % 2 ? here : there).origin)));
  return { alice, bob, devices };
}

/** How many of the attempts were done, and how many refused because there were too many; nothing else may have happened. */
async function outcome(attempts: Promise<unknown>[]): Promise<{ done: number; refused: number }> {
  const settled = await Promise.allSettled(attempts);
  const errors = settled.flatMap((each): unknown[] => (each.status === 'rejected' ? [each.reason] : []));
  for (const error of errors) expect(error).toMatchObject({ code: 'CONFLICT' });
  return { done: settled.length - errors.length, refused: errors.length };
}
const EXACTLY = { done: LIMIT, refused: MANY.length - LIMIT };

describe('of many who ask at once on two instances', () => {
  it('as many pins succeed as a conversation may have, and there is room again for one that is taken off', async () => {
    const { alice, bob, devices } = await stage();
    const { _id: conversationId } = await alice.group(bob);
    const messages = await Promise.all(MANY.map(() => say(alice, conversationId)));
    const pins = messages.map(({ _id: messageId }, n) => devices[n]!.emit(pinMessage, { messageId }));
    expect(await outcome(pins)).toEqual(EXACTLY);
    const pinned = await bob.emit(listPins, { conversationId });
    expect(pinned).toHaveLength(LIMIT);
    const other = messages.find(({ _id }) => !pinned.some((pin) => pin._id === _id))!;
    await alice.emit(unpinMessage, { messageId: pinned[0]!._id });
    await alice.emit(pinMessage, { messageId: other._id });
    expect(await bob.emit(listPins, { conversationId })).toHaveLength(LIMIT);
  });

  it('as many drafts are kept as a user may have, and there is room again for one that was emptied', async () => {
    const { alice, bob, devices } = await stage();
    const groups = await Promise.all(MANY.map(() => alice.group(bob)));
    const drafts = groups.map(({ _id: conversationId }, n) =>
      devices[n]!.emit(setDraft, { conversationId, content: 'x' }),
    );
    expect(await outcome(drafts)).toEqual(EXACTLY);
    const kept = await alice.emit(listDrafts, {});
    expect(kept).toHaveLength(LIMIT);
    const other = groups.find(({ _id }) => !kept.some((draft) => draft.conversation_id === _id))!;
    await alice.emit(setDraft, { conversationId: kept[0]!.conversation_id, content: '' });
    await alice.emit(setDraft, { conversationId: other._id, content: 'x' });
    expect(await alice.emit(listDrafts, {})).toHaveLength(LIMIT);
  });

  it('as many messages wait for their time as a user may have, and there is room again for one that is taken back', async () => {
    const { alice, bob, devices } = await stage();
    const { _id: conversationId } = await alice.group(bob);
    const later = { conversationId, content: 'x', sendAt: new Date(Date.now() + 3_600_000).toISOString() };
    expect(await outcome(devices.map((device) => device.emit(scheduleMessage, later)))).toEqual(EXACTLY);
    const waiting = await alice.emit(listScheduled, {});
    expect(waiting).toHaveLength(LIMIT);
    await alice.rest.call(deleteScheduled, { params: { id: waiting[0]!._id } });
    await alice.emit(scheduleMessage, later);
    expect(await alice.emit(listScheduled, {})).toHaveLength(LIMIT);
  });
});
