import {
  archiveConversation,
  createInvite,
  deleteMessage,
  editMessage,
  exportConversations,
  exportConversationSettings,
  exportDrafts,
  exportFiles,
  exportHiddenMessages,
  exportMessages,
  exportReactions,
  exportReceipts,
  exportScheduledMessages,
  joinByCode,
  joinConversation,
  muteConversation,
  nicknameMember,
  pinConversation,
  react,
  readMessage,
  scheduleMessage,
  setDraft,
  setPresence,
  uploadSingle,
  type ExportPartDto,
  type Route,
} from '@app/contracts';
import { AccessTokens, ServiceClient } from '@app/platform';
import { eventually, refusalOf } from '@app/testing';
import { mongo, type Connection } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { DATABASE } from '@app/mongodb';
import { DeparturesService } from '../src/departures/departures.service';
import { PeopleService } from '../src/people/people.service';
import { useChatService } from './support/chat-service';
import { SECRET, type Person } from './support/people';
import { say } from './support/stage';

const service = useChatService();

type PartRoute = Route<ExportPartDto, never, never, { entries: object[]; next: string | null }>;

/** Collection → the part of the export that shows it. */
const EXPORTED: Record<string, PartRoute> = {
  memberships: exportConversations,
  conversations: exportConversations,
  messages: exportMessages,
  receipts: exportReceipts,
  hidden_messages: exportHiddenMessages,
  conversation_settings: exportConversationSettings,
  drafts: exportDrafts,
  scheduled_messages: exportScheduledMessages,
  files: exportFiles,
};

const NOT_EXPORTED: Record<string, string> = {
  people_pairs: 'copies: the user service exports contacts and blocks',
  people_privacy: 'a copy: the user service exports it',
  presences: 'what is true at this moment',
  presence_instances: 'of the service itself',
  room_visits: 'what is true at this moment',
  conversation_invites: 'of the conversation',
  join_codes: 'of the conversation',
  join_tries: 'forgotten after a minute',
  search_entries: 'made of messages',
  search_progress: 'of the service itself',
  search_patrols: 'of the service itself',
  departed_users: 'nobody who could ask for it',
  leases: 'of the service itself',
  file_usage: 'how much room the exported files take',
  presigned_uploads: 'addresses, forgotten after minutes',
  log_nudges: 'of the service itself',
};

/** Where the number of somebody who has left stays, and why. */
const KEPT: Record<string, string> = {
  messages: 'text and order belong to all who are in the conversation',
  search_entries: 'by which that text is found',
  memberships: 'they tell where the user wrote, should the departure be worked through again',
  conversations: 'who began it, and the pair of a private one, stay for the other side',
  conversation_invites: 'who has made a link, as long as it leads to the conversation',
  join_tries: 'how many, until the window ends',
  departed_users: 'the number is all that is kept',
};

const database = () => service().app.get<Connection>(DATABASE);
const namesOfCollections = async () => {
  const found = await database().listCollections();
  return found.map(({ name }) => name).sort();
};

/** All entries, part by part. */
async function exported(route: PartRoute, userId: number): Promise<object[]> {
  const client = new ServiceClient(AccessTokens.withSecret(SECRET), {
    caller: 'user-service',
    target: 'chat-service',
    urls: [service().origin],
    deadlineMs: 5_000,
  });
  const entries: object[] = [];
  for (let cursor: string | undefined; ;) {
    const part = await client.call(route, { body: { userId, cursor }, idempotent: true });
    entries.push(...part.entries);
    if (part.next === null) return entries;
    cursor = part.next;
  }
}

/** Eve does everything that leaves something, and others do so about her. */
async function useEverything() {
  const [eve, bob] = await service().people('eve', 'bob');
  const { _id: conversationId } = await eve.group(bob);
  const pair = await service().talk(eve, bob);
  const other = await service()
    .people('carol')
    .then(([carol]) => carol.group(eve, bob));
  const own = await say(eve, conversationId, 'wrong', { attachments: ['https://x/eve'] });
  await eve.emit(editMessage, { messageId: own._id, content: 'right' });
  const { _id: messageId } = await say(bob, conversationId, 'one');
  await eve.emit(react, { messageId, emoji: '👍' });
  await eve.emit(readMessage, { messageId });
  await eve.emit(deleteMessage, { messageId, forMe: true });
  for (const _id of [conversationId, other._id]) {
    await eve.emit(muteConversation, { conversationId: _id, muted: true });
    await eve.emit(setDraft, { conversationId: _id, content: `to ${_id}` });
  }
  await eve.emit(pinConversation, { conversationId, pinned: true });
  await eve.emit(archiveConversation, { conversationId });
  await eve.emit(nicknameMember, { conversationId, userId: bob.id, nickname: 'Bobby' });
  await bob.emit(nicknameMember, { conversationId, userId: eve.id, nickname: 'Evie' });
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  for (const content of ['later', 'later still'])
    await eve.emit(scheduleMessage, { conversationId: pair._id, content, sendAt });
  await eve.emit(createInvite, { conversationId });
  await eve.rest.upload(uploadSingle, [{ name: 'a.txt', bytes: 'hello' }]);
  await eve.emit(joinConversation, { conversationId });
  await eve.emit(setPresence, { status: 'away' });
  await refusalOf(eve.emit(joinByCode, { code: 'ZZZZZZ' }));
  const people = service().app.get(PeopleService);
  await people.blockChanged({ userId: eve.id, blockedId: bob.id, rev: 1 }, true);
  const privacy = { presence: 'nobody', lastSeen: 'nobody', readReceipts: true } as const;
  await people.privacyChanged({ userId: eve.id, ...privacy, rev: 2 });
  return { eve, bob, conversationId, pair, other };
}

/** The collections in which the user's number stands. */
async function collectionsWith({ id }: Person): Promise<string[]> {
  const found = await Promise.all(
    (await namesOfCollections()).map(async (name) => {
      const documents = await database().collection(name).find().toArray();
      const text = mongo.BSON.EJSON.stringify(documents);
      return new RegExp(`(?<![0-9a-f])${id}(?![0-9a-f])`).test(text) ? [name] : [];
    }),
  );
  return found.flat();
}

/** Whoever makes these fail has added something of users, and decides here what becomes of it. */
describe('what the chat service holds about users', () => {
  it('is what the parts of the export say, and goes with the account', async () => {
    const { eve, bob, conversationId, pair, other } = await useEverything();
    const parts = [...new Set([...Object.values(EXPORTED), exportReactions])];
    for (const route of parts) expect(await exported(route, eve.id), route.path).not.toEqual([]);
    const inOrder = [conversationId, other._id].sort();
    expect(await exported(exportDrafts, eve.id)).toMatchObject(
      inOrder.map((_id) => ({ conversation_id: _id, content: `to ${_id}` })),
    );
    expect(await exported(exportScheduledMessages, eve.id)).toMatchObject(
      ['later', 'later still'].map((content) => ({ content, conversation_id: pair._id, status: 'waiting' })),
    );
    const muted = { muted: true, mutedUntil: null, notify: 'nothing' };
    const settings = [
      {
        conversation_id: conversationId,
        ...muted,
        pinned: true,
        archived: true,
        nicknames: { [bob.id]: 'Bobby' },
      },
      { conversation_id: other._id, ...muted, pinned: false, archived: false, nicknames: {} },
    ];
    expect(await exported(exportConversationSettings, eve.id)).toEqual(
      settings.sort((a, b) => (a.conversation_id < b.conversation_id ? -1 : 1)),
    );
    // Bob's own, and nothing of hers.
    expect(await exported(exportDrafts, bob.id)).toEqual([]);
    expect(await exported(exportScheduledMessages, bob.id)).toEqual([]);
    expect(await exported(exportConversationSettings, bob.id)).toMatchObject([
      { conversation_id: conversationId, nicknames: { [eve.id]: 'Evie' } },
    ]);

    expect(await collectionsWith(eve)).toEqual(expect.arrayContaining(['drafts', 'scheduled_messages']));
    eve.chat.close();
    const departure = { userId: eve.id, at: new Date().toISOString() };
    await eventually(
      () => service().app.get(DeparturesService).depart(departure),
      () => undefined,
    );
    await eventually(
      () => collectionsWith(eve),
      (found) => expect(found.filter((name) => !(name in KEPT))).toEqual([]),
    );
  });

  it('is exported, or not for a reason, collection by collection', async () => {
    const decided = [...Object.keys(EXPORTED), ...Object.keys(NOT_EXPORTED)].sort();
    // Some are there from the first use on: those above, and of work that is done now and then. The log needs no nudge when
    // the store is quick.
    await eventually(
      async () => [...new Set([...(await namesOfCollections()), 'log_nudges'])].sort(),
      (names) => expect(names).toEqual(decided),
    );
  });

  it('is told in parts when there is much of it', async () => {
    const [eve] = await service().people('eve');
    const ids = Array.from({ length: 1_001 }, () => new mongo.ObjectId()).sort();
    const places = ids.map((conversation_id) => ({ user_id: eve.id, conversation_id }));
    const at = new Date();
    const draft = { content: 'x', reply_to: null, rev: 1, updated_at: at, is_empty: false };
    await database()
      .collection('drafts')
      .insertMany(places.slice(0, 201).map((place) => ({ ...place, ...draft })));
    await database()
      .collection('conversation_settings')
      .insertMany(
        places.map((place) => ({
          _id: `${eve.id}:${place.conversation_id.toHexString()}` as never,
          ...place,
          muted: true,
        })),
      );
    const scheduled = { content: 'x', type: 'text', attachments: [], reply_to: null, thread_id: null };
    await database()
      .collection('scheduled_messages')
      .insertMany(
        places.slice(0, 201).map(({ user_id, conversation_id }) => ({
          ...{ user_id, conversation_id: conversation_id.toHexString(), ...scheduled },
          ...{ status: 'failed', send_at: new Date(at.getTime() + 3_600_000), created_at: at },
        })),
      );
    const told = async (route: PartRoute) =>
      (await exported(route, eve.id)).map((entry) => (entry as { conversation_id: string }).conversation_id);
    const all = ids.map((id) => id.toHexString());
    expect(await told(exportConversationSettings)).toEqual(all);
    expect(await told(exportDrafts)).toEqual(all.slice(0, 201));
    expect((await told(exportScheduledMessages)).sort()).toEqual(all.slice(0, 201));
  });
});
