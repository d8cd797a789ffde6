import {
  searchMessages,
  sendMessage,
  type Fields,
  type FoundMessageDto,
  type MessageDto,
  type SearchMessagesDto,
} from '@app/contracts';
import { eventually } from '@app/testing';
import { mongo, type Connection } from 'mongoose';
import { expect } from 'vitest';
import { DATABASE } from '@app/mongodb';
import type { StoredMessage } from '../../src/log/stored-message';
import { DueConversations } from '../../src/search/indexer/due-conversations';
import type { ChatService } from './chat-service';
import type { Person } from './people';

type Filters = Partial<Fields<SearchMessagesDto>>;

export const contentsOf = (messages: { content: string }[]): string[] =>
  messages.map(({ content }) => content);

export const search = (person: Person, query: string, filters: Filters = {}) =>
  person.chat.ask(searchMessages, { query, ...filters });

export const sendAll = (person: Person, conversationId: string, texts: string[]): Promise<MessageDto[]> =>
  Promise.all(texts.map((content) => person.emit(sendMessage, { conversationId, content })));

/** Resolves when the index knows all that was sent to the conversation. */
export async function indexed(person: Person, conversationId: string): Promise<void> {
  const content = `mark${new mongo.ObjectId().toHexString()}`;
  await person.emit(sendMessage, { conversationId, content });
  await eventually(
    () => search(person, content, { conversationId }),
    ({ data }) => expect(data).toHaveLength(1),
  );
}

/** All pages. */
export async function searchAll(
  person: Person,
  query: string,
  limit: number,
  onPage: () => Promise<unknown> = () => Promise.resolve(),
): Promise<FoundMessageDto[]> {
  const found: FoundMessageDto[] = [];
  for (let filters: Filters = { limit }; ;) {
    const { data, page } = await search(person, query, filters);
    found.push(...data);
    await onPage();
    if (!page?.next) return found;
    filters = { limit, cursor: page.next };
  }
}

/** What happens in the store without this process. */
export class Elsewhere {
  constructor(private readonly service: () => ChatService) {}

  collection(name: string) {
    return this.service().app.get<Connection>(DATABASE).collection(name);
  }

  /** More conversations like this one, of the same people; their ids. To create them one by one takes long. */
  async copies(conversationId: string, count: number): Promise<string[]> {
    const source = new mongo.ObjectId(conversationId);
    // Its code is its own.
    const conversation = await this.collection('conversations').findOne(
      { _id: source },
      { projection: { code: 0 } },
    );
    const memberships = await this.collection('memberships').find({ conversation_id: source }).toArray();
    const ids = Array.from({ length: count }, () => new mongo.ObjectId());
    await this.collection('conversations').insertMany(ids.map((_id) => ({ ...conversation, _id })));
    await this.collection('memberships').insertMany(
      ids.flatMap((conversation_id) =>
        memberships.map((membership) => ({ ...membership, _id: new mongo.ObjectId(), conversation_id })),
      ),
    );
    return ids.map((id) => id.toHexString());
  }

  /** These texts as further messages in each of the conversations, all of them at the same times; heard of here. */
  async fill(conversationIds: string[], texts: string[], template: string): Promise<void> {
    const { stored, app } = this.service();
    const model = await stored.findOne({ _id: new mongo.ObjectId(template) });
    if (!model) throw new Error('there is no such message');
    const begin = model.created_at.getTime();
    const messages = conversationIds.flatMap((id) =>
      texts.map((content, index): StoredMessage => {
        const _id = new mongo.ObjectId();
        const seq = index + 1;
        const at = new Date(begin + Math.floor(index / 2));
        const numbers = { seq, ev: seq, evs: [seq], head_seq: seq, told: seq, head_told: seq };
        const times = { created_at: at, updated_at: at };
        const place = { _id, clientId: _id.toHexString(), conversation_id: new mongo.ObjectId(id) };
        return { ...model, ...place, ...numbers, ...times, outbox: [], content };
      }),
    );
    await stored.insertMany(messages);
    for (const id of conversationIds) app.get(DueConversations).note(id, texts.length);
  }

  /** A message that another process has stored, which tells nobody of it: a copy of the conversation's newest. */
  async store(conversationId: string, fields: Partial<StoredMessage>): Promise<void> {
    const { stored } = this.service();
    const newest = await stored.findOne(
      { conversation_id: new mongo.ObjectId(conversationId) },
      { sort: { ev: -1 } },
    );
    if (!newest) throw new Error('the conversation needs a message to copy');
    const [seq, ev] = [newest.head_seq + 1, newest.ev + 1];
    const _id = new mongo.ObjectId();
    const numbers = { _id, clientId: _id.toHexString(), seq, ev, evs: [ev], head_seq: seq };
    await stored.insertOne({ ...newest, type: 'text', outbox: [], ...numbers, ...fields });
  }

  /** As it is when the process that stored their last messages died long ago, having said that there was something to do. */
  async abandon(...conversationIds: string[]): Promise<void> {
    const ids = conversationIds.map((id) => new mongo.ObjectId(id));
    const abandoned = { $max: { due_ev: 1_000_000 }, $set: { due_at: new Date(0) } };
    await this.collection('search_progress').updateMany({ _id: { $in: ids } }, abandoned);
  }

  /** As if no round through all conversations had been made for long. */
  async forgetRounds(): Promise<void> {
    const longAgo = { $set: { finished_at: new Date(0), leased_until: new Date(0) }, $unset: { at: '' } };
    await this.collection('search_patrols').updateOne({}, longAgo);
  }
}
