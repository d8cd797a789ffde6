import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { ChatConfig } from '../../config';
import { MessageTexts, type MessageText } from '../message-texts';
import { toEntry } from '../entry';
import { SearchEntryRepository } from '../search-entry.repository';
import { DueConversations } from './due-conversations';
import { SearchProgressRepository } from './search-progress.repository';

const CONVERSATIONS = 100;
const AT_ONCE = 4;
const FORGOTTEN_AT_ONCE = 1_000;

const indexed = new Counter({
  name: 'chat_search_indexed_total',
  help: 'Changes of messages that were brought into the search index.',
});

/** What was read of one conversation. */
interface Part {
  id: string;
  changes: MessageText[];
  /** The last one that was read, now or before. */
  last: number;
  /** All that had been heard of up to here is in this part. */
  upTo: number;
}

/** Brings what has changed in some conversations into the index. */
@Injectable()
export class SearchWriter {
  constructor(
    private readonly due: DueConversations,
    private readonly progress: SearchProgressRepository,
    private readonly entries: SearchEntryRepository,
    private readonly messages: MessageTexts,
    private readonly config: ChatConfig,
  ) {}

  /** About so many changes, of the conversations that wait longest. What fails is done again by a later round. */
  async round(budget: number): Promise<number> {
    const parts = await this.read(budget);
    const changes = parts.flatMap((part) => part.changes);
    await this.progress.announce(newestOf(parts));
    await this.store(changes);
    for (const { id, changes } of parts)
      if (changes.some(({ system }) => system?.action === 'conversation-deleted')) await this.forget(id);
    await this.progress.advance(new Map(parts.map(({ id, last }) => [id, last])));
    for (const { id, upTo } of parts) this.due.settle(id, upTo);
    indexed.inc(changes.length);
    return changes.length;
  }

  private async read(budget: number): Promise<Part[]> {
    const waiting = [...this.due.first(CONVERSATIONS)];
    const known = await this.progress.find(waiting.map(([id]) => id));
    const parts: Part[] = [];
    for (let left = budget, at = 0; left > 0 && at < waiting.length; at += AT_ONCE) {
      const group = waiting.slice(at, at + AT_ONCE);
      const page = Math.ceil(left / group.length);
      const read = group.map(async ([id, heard]): Promise<Part> => {
        const from = known.get(id) ?? 0;
        const changes = await this.messages.listAfter(id, from, page);
        const last = changes.at(-1)?.ev ?? from;
        // Behind a page that is not full there was nothing when it was read, and what was heard of is older.
        return { id, changes, last, upTo: changes.length < page ? Math.max(last, heard) : last };
      });
      parts.push(...(await Promise.all(read)));
      left = budget - parts.reduce((sum, { changes }) => sum + changes.length, 0);
    }
    return parts;
  }

  private async store(changes: MessageText[]): Promise<void> {
    const made = changes.map((message) => ({
      isFresh: message.evs[0] === message.ev,
      entry: toEntry(message, this.config.SEARCH_WORDS_PER_MESSAGE),
    }));
    const fresh = made.filter(({ isFresh, entry }) => isFresh && entry.words.length > 0);
    const changed = made.filter(({ isFresh }) => !isFresh);
    await this.entries.store(
      fresh.map(({ entry }) => entry),
      changed.map(({ entry }) => entry),
    );
  }

  /** Nobody will ask for them again. */
  private async forget(conversationId: string): Promise<void> {
    for (let seq = 0; ;) {
      const page = await this.messages.listIdsAfter(conversationId, seq, FORGOTTEN_AT_ONCE);
      await this.entries.remove(page.map(({ _id }) => _id));
      const last = page.at(-1);
      if (!last || page.length < FORGOTTEN_AT_ONCE) return;
      seq = last.seq;
    }
  }
}

/** When the newest messages of the parts were sent. */
const newestOf = (parts: Part[]): Map<string, Date> =>
  new Map(
    parts.flatMap(({ id, changes }) => {
      const times = changes.map(({ created_at }) => created_at.getTime());
      return times.length === 0 ? [] : [[id, new Date(Math.max(...times))] as const];
    }),
  );
