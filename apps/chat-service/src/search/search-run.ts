import { Injectable } from '@nestjs/common';
import { SEARCH_LIMITS, type FoundMessageDto, type Page } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { MessageTexts } from './message-texts';
import { toMessageDto } from '../messages/message.view';
import { earlier, type Place } from './place';
import { SearchEntryRepository, type Candidate, type Demands } from './search-entry.repository';
import { SearchVisibility } from './search-visibility';
import { highlightsOf } from './text/highlights';
import { beginningOf } from './text/terms';
import { termsWanted, type Wanted } from './text/wanted';
import type { Step, Where } from './newest-first';
import { SearchWalks, type Walk } from './walk';

/** Entries that one request looks at, about; what is behind them is another page's. */
const BUDGET = 20_000;
/** Each further step is so many times as large as the one before it. */
const GROWTH = 4;
const MOST_IN_STEP = 2_000;

export interface Search {
  caller: Caller;
  wanted: Wanted;
  where: Where;
  senderId: number | undefined;
  type: string | undefined;
  cursor: Place | undefined;
  skip: number;
  limit: number;
}

interface Found {
  place: Place;
  message: FoundMessageDto;
}

/** Walks the index, newest first, and shows what the messages themselves bear out. */
@Injectable()
export class SearchRun {
  constructor(
    private readonly entries: SearchEntryRepository,
    private readonly walks: SearchWalks,
    private readonly messages: MessageTexts,
    private readonly visibility: SearchVisibility,
  ) {}

  async page(search: Search): Promise<Page<FoundMessageDto>> {
    const { wanted, where, cursor, skip, limit } = search;
    const words = termsWanted(wanted);
    const demands = { words, beginning: wanted.beginning, senderId: search.senderId, type: search.type };
    const term = wanted.beginning === undefined ? undefined : beginningOf(wanted.beginning);
    const beginning =
      wanted.beginning === undefined || term === undefined ? undefined : { word: wanted.beginning, term };
    const walk = await this.walks.plan({ words, beginning }, where);
    // Where the index alone does not answer, some are looked at in vain.
    const size = (isPlain(demands) ? 1 : 2) * needOf(search);
    const first = await walk.step(cursor ? earlier(cursor, where.to) : where.to, size);
    const all = walk.all ?? (cursor === undefined && !first.next ? first.candidates : undefined);
    const [{ found, end }, counted] = await Promise.all([
      this.collect(walk, first, size, search, demands),
      // Beside what is shown, not before it: the first step often has all there is.
      all ? { count: all.filter(satisfying(demands)).length, isAll: true } : this.count(walk, where, demands),
    ]);
    const shown = found.slice(skip, skip + limit);
    // One more was looked for than is shown: if it is there, the page ends at its last one, else where the walk has.
    const next = found.length > skip + limit ? shown.at(-1)?.place : end;
    const total = Math.min(Math.max(counted.count, found.length), SEARCH_LIMITS.total);
    return {
      items: shown.map(({ message }) => message),
      next: next?.toHexString() ?? null,
      total,
      more: !counted.isAll || counted.count > SEARCH_LIMITS.total,
    };
  }

  private async collect(
    walk: Walk,
    first: Step,
    firstSize: number,
    search: Search,
    demands: Demands,
  ): Promise<{ found: Found[]; end: Place | null }> {
    const { caller, wanted } = search;
    const need = needOf(search);
    const found: Found[] = [];
    let [step, size] = [first, firstSize];
    for (let left = BUDGET - size; ; left -= size) {
      const candidates = step.candidates.filter(satisfying(demands));
      found.push(...(await this.show(candidates, caller, wanted, need - found.length)));
      if (found.length >= need || !step.next) return { found, end: null };
      if (left <= 0) return { found, end: step.next };
      size = Math.min(size * GROWTH, MOST_IN_STEP);
      step = await walk.step(step.next, size);
    }
  }

  /** The first `most` of the candidates that are as the index says, with what is highlighted in them. */
  private async show(
    candidates: Candidate[],
    caller: Caller,
    wanted: Wanted,
    most: number,
  ): Promise<Found[]> {
    const found: Found[] = [];
    for (let at = 0; at < candidates.length && found.length < most; at += most) {
      const part = candidates.slice(at, at + most);
      const ids = part.map(({ _id }) => _id);
      const visible = await this.visibility.visibleTo(caller, ids, this.messages.listByIds(ids));
      const messages = new Map(visible.map((message) => [message._id.toHexString(), message]));
      for (const { _id, place } of part) {
        const message = messages.get(_id.toHexString());
        const highlights = message && highlightsOf(message.content, wanted);
        if (message && highlights) found.push({ place, message: { ...toMessageDto(message), highlights } });
      }
    }
    return found.slice(0, most);
  }

  /** Up to one more than is told; `isAll`: whether all were looked at. */
  private async count(
    walk: Walk,
    { conversationIds, from, to }: Where,
    demands: Demands,
  ): Promise<{ count: number; isAll: boolean }> {
    const scope = { term: walk.term, conversationIds, from, before: to };
    const most = SEARCH_LIMITS.total + 1;
    if (!isPlain(demands)) return this.entries.countAmong(scope, demands, most);
    return { count: await this.entries.count(scope, most), isAll: true };
  }
}

/** One more than is shown tells whether there is a next page. */
const needOf = ({ skip, limit }: Search): number => skip + limit + 1;

/** One word and nothing else: the index alone answers. */
const isPlain = ({ words, beginning, senderId, type }: Demands): boolean =>
  words.length === 1 && beginning === undefined && senderId === undefined && type === undefined;

function satisfying({ words, beginning, senderId, type }: Demands): (candidate: Candidate) => boolean {
  return (candidate) =>
    (senderId === undefined || candidate.sender_id === senderId) &&
    (type === undefined || candidate.type === type) &&
    (candidate.words === undefined ||
      (words.every((word) => candidate.words?.includes(word)) &&
        (beginning === undefined || candidate.words.some((word) => word.startsWith(beginning)))));
}
