import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { indexNames } from './message-indexes';
import { MessageLog } from './message-log';
import { SHOWN, type ShownMessage, type StoredMessage } from './stored-message';
import { MAX_TIME } from '../store';

/** A place in a history. */
export type Position = { seq: number } | { id: string } | { at: Date };

/** Without what may be long. */
const SHORT = { ...MAX_TIME, projection: { edits: 0, ops: 0 } };
const AS_SHOWN = { ...MAX_TIME, projection: SHOWN };

/** Conversations that one query asks about; the store plans each on its own. */
const BRANCHES = 100;

/** What it takes to name a message, and to go on behind it. */
export type OwnMessage = Pick<StoredMessage, '_id' | 'clientId' | 'files'>;

/** What a message shows, and where it stands. */
type ShownFiles = Pick<StoredMessage, 'seq' | 'files'>;

/** Reads of what the log has written. Every query names its conversation, except the one by a message's id. */
@Injectable()
export class MessageReader {
  constructor(private readonly log: MessageLog) {}

  /** What the sender has stored under this client id; durable, because it is an answer to who asks whether it is. */
  async findOwn(conversationId: string, senderId: number, clientId: string): Promise<StoredMessage | null> {
    const found = await this.log.messages.findOne(
      { ...of(conversationId), sender_id: senderId, clientId },
      MAX_TIME,
    );
    if (found) await this.log.confirm(found);
    return found;
  }

  findById(id: string): Promise<StoredMessage | null> {
    return this.log.messages.findOne({ _id: new mongo.ObjectId(id) }, SHORT);
  }

  /** Newest first: the `limit` messages right before or right after a place; neither: the newest. */
  async page(
    conversationId: string,
    limit: number,
    bound: { before?: Position; after?: Position },
  ): Promise<ShownMessage[]> {
    const position = bound.before ?? bound.after;
    const forward = bound.before === undefined && bound.after !== undefined;
    const seq =
      position && ('seq' in position ? position.seq : await this.seqAt(conversationId, position, forward));
    const found = await this.log.list<ShownMessage>(
      { ...of(conversationId), ...(seq !== undefined && { seq: forward ? { $gt: seq } : { $lt: seq } }) },
      { ...AS_SHOWN, sort: { seq: forward ? 1 : -1 }, limit, hint: indexNames.sequence },
    );
    return forward ? found.reverse() : found;
  }

  /** Newest first: the messages from one `seq` to another. There is no hole between them. */
  range(conversationId: string, from: number, to: number): Promise<ShownMessage[]> {
    return this.log.list<ShownMessage>(
      { ...of(conversationId), seq: { $gte: from, $lte: to } },
      { ...AS_SHOWN, sort: { seq: -1 } },
    );
  }

  /** The `seq` of a message of the conversation: of a date the first one from then on, else the newest. */
  async seqOf(conversationId: string, position: Position): Promise<number | null> {
    if ('seq' in position) return position.seq;
    const projection = { ...MAX_TIME, projection: { seq: 1 } };
    if ('id' in position) {
      const byId = { ...of(conversationId), _id: new mongo.ObjectId(position.id) };
      return (await this.log.messages.findOne(byId, projection))?.seq ?? null;
    }
    const before = await this.seqAt(conversationId, position, false);
    if (before < Number.MAX_SAFE_INTEGER) return before;
    return (await this.findNewest(conversationId))?.seq ?? null;
  }

  /** The newest message up to a `seq`. */
  findUpTo(conversationId: string, seq: number): Promise<StoredMessage | null> {
    const older = { ...of(conversationId), seq: { $lte: seq } };
    return this.log.messages.findOne(older, { ...MAX_TIME, sort: { seq: -1 } });
  }

  /** The newest message of somebody else among those after one `seq` and up to another. */
  findNewestOfOthers(
    conversationId: string,
    userId: number,
    after: number,
    upTo: number,
  ): Promise<StoredMessage | null> {
    const others = {
      ...of(conversationId),
      seq: { $gt: after, $lte: upTo },
      sender_id: { $ne: userId },
    };
    return this.log.messages.findOne(others, { ...MAX_TIME, sort: { seq: -1 }, hint: indexNames.sequence });
  }

  listByIds(ids: readonly string[]): Promise<StoredMessage[]> {
    const where = { _id: { $in: ids.map((id) => new mongo.ObjectId(id)) } };
    return this.log.list(where, SHORT);
  }

  findNewest(conversationId: string): Promise<StoredMessage | null> {
    return this.log.messages.findOne(of(conversationId), { ...SHORT, sort: { seq: -1 } });
  }

  /** What it said before its edits, oldest first. */
  async listEdits(id: string): Promise<NonNullable<StoredMessage['edits']>> {
    const options = { ...MAX_TIME, projection: { edits: 1 } };
    return (await this.log.messages.findOne({ _id: new mongo.ObjectId(id) }, options))?.edits ?? [];
  }

  /** Which of the conversations have changed since. The change numbers have no hole, so there is a next one or nothing has happened. */
  async listChanged(since: readonly { id: string; ev: number }[]): Promise<Set<string>> {
    const next = since.map(({ id, ev }) => ({ ...of(id), evs: ev + 1 }));
    const parts = Array.from({ length: Math.ceil(next.length / BRANCHES) }, (_, part) =>
      next.slice(part * BRANCHES, (part + 1) * BRANCHES),
    );
    const options = {
      ...MAX_TIME,
      projection: { _id: 0, conversation_id: 1 },
      hint: indexNames.changeNumber,
    };
    const found = await Promise.all(parts.map((branches) => this.log.list({ $or: branches }, options)));
    return new Set(found.flat().map(({ conversation_id }) => conversation_id.toHexString()));
  }

  /** What changed after `ev`, in order of change. */
  listChangesAfter(conversationId: string, ev: number, limit: number): Promise<StoredMessage[]> {
    return this.log.list({ ...of(conversationId), ev: { $gt: ev } }, { ...SHORT, sort: { ev: 1 }, limit });
  }

  /** Messages that should have disappeared by now, the oldest end first. */
  listExpired(limit: number): Promise<StoredMessage[]> {
    return this.log.list(
      { expires_at: { $lte: new Date() } },
      { ...MAX_TIME, sort: { expires_at: 1 }, limit },
    );
  }

  /** What has happened to the conversation itself since its change `control`, in order. */
  listControlsAfter(conversationId: string, control: number): Promise<StoredMessage[]> {
    return this.log.list(
      { ...of(conversationId), prev_control_ev: { $gte: control } },
      { ...MAX_TIME, sort: { prev_control_ev: 1 } },
    );
  }

  /** The same of several conversations, by their ids; at most some tens. */
  async listControlsAfterAll(
    since: readonly { id: string; control: number }[],
  ): Promise<Map<string, StoredMessage[]>> {
    const found = new Map<string, StoredMessage[]>(since.map(({ id }) => [id, []]));
    if (since.length === 0) return found;
    const branches = since.map(({ id, control }) => ({ ...of(id), prev_control_ev: { $gte: control } }));
    const changes = await this.log.list({ $or: branches }, { ...MAX_TIME, sort: { prev_control_ev: 1 } });
    for (const message of changes) found.get(message.conversation_id.toHexString())?.push(message);
    return found;
  }

  /** Changes of the conversation itself that stand behind a message, in their order. */
  async listControlsBehind(conversationId: string, seq: number): Promise<StoredMessage[]> {
    const controls = this.log.messages
      .find({ ...of(conversationId), prev_control_ev: { $gte: 0 } }, MAX_TIME)
      .sort({ prev_control_ev: -1 });
    const behind: StoredMessage[] = [];
    // Those before it may be many, and are not asked for.
    for await (const control of controls) {
      if (control.seq <= seq) break;
      behind.push(control);
    }
    return behind.reverse();
  }

  /** The number of the first change since a moment, among the two thousand before `ev`. */
  async findFirstChangeSince(conversationId: string, since: Date, ev: number): Promise<number | null> {
    const recent = { ...of(conversationId), ev: { $lt: ev }, updated_at: { $gte: since } };
    const options = { ...MAX_TIME, projection: { _id: 0, ev: 1 } };
    const found = await this.log.list(recent, { ...options, sort: { ev: -1 }, limit: 2_000 });
    return found.at(-1)?.ev ?? null;
  }

  /** Messages of one sender, in the order of their client ids. */
  listOwn(
    conversationId: string,
    senderId: number,
    limit: number,
    afterClientId = '',
  ): Promise<StoredMessage[]> {
    const own = { ...of(conversationId), sender_id: senderId, clientId: { $gt: afterClientId } };
    return this.log.list(own, { ...MAX_TIME, hint: indexNames.clientId, sort: { clientId: 1 }, limit });
  }

  /** Messages of one sender that have attachments or were edited, in the order of their client ids. */
  listOwnWithTraces(
    conversationId: string,
    senderId: number,
    limit: number,
    afterClientId = '',
  ): Promise<OwnMessage[]> {
    const own = { ...of(conversationId), sender_id: senderId, clientId: { $gt: afterClientId } };
    const options = { ...MAX_TIME, projection: { clientId: 1, files: 1 }, hint: indexNames.clientId };
    return this.log.list(
      { ...own, $or: [{ 'attachments.0': { $exists: true } }, { edits: { $exists: true } }] },
      { ...options, sort: { clientId: 1 }, limit },
    );
  }

  /** The files of ours that messages of a conversation name, message by message, with and without any. */
  listFilesAfter(conversationId: string, seq: number, limit: number): Promise<ShownFiles[]> {
    const options = { ...MAX_TIME, projection: { _id: 0, seq: 1, files: 1 }, hint: indexNames.sequence };
    return this.log.list<ShownFiles>(
      { ...of(conversationId), seq: { $gt: seq } },
      { ...options, sort: { seq: 1 }, limit },
    );
  }

  /** The conversations in which a message names the file that is not deleted, and not about to be. */
  async listPlacesOf(file: string): Promise<string[]> {
    const living = {
      files: file,
      deleted_at: { $exists: false },
      $or: [{ expires_at: { $exists: false } }, { expires_at: { $gt: new Date() } }],
    };
    const places = await this.log.messages.distinct('conversation_id', living, MAX_TIME);
    return places.map((place) => place.toHexString());
  }

  /** The `seq` that stands for a position: history before it is `< seq`, after it `> seq`. */
  private async seqAt(
    conversationId: string,
    position: Exclude<Position, { seq: number }>,
    forward: boolean,
  ): Promise<number> {
    if ('id' in position) {
      const message = await this.log.messages.findOne(
        { ...of(conversationId), _id: new mongo.ObjectId(position.id) },
        MAX_TIME,
      );
      return message?.seq ?? (forward ? Number.MAX_SAFE_INTEGER : 0);
    }
    // created_at never decreases with seq: the first message at or after the date divides the history.
    const options = { ...MAX_TIME, projection: { seq: 1 } };
    const first = forward
      ? await this.log.messages.findOne(
          { ...of(conversationId), created_at: { $lte: position.at } },
          { ...options, sort: { created_at: -1, seq: -1 } },
        )
      : await this.log.messages.findOne(
          { ...of(conversationId), created_at: { $gte: position.at } },
          { ...options, sort: { created_at: 1, seq: 1 } },
        );
    return first?.seq ?? (forward ? 0 : Number.MAX_SAFE_INTEGER);
  }
}

const of = (conversationId: string) => ({ conversation_id: new mongo.ObjectId(conversationId) });
