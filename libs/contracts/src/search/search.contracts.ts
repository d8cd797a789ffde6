import { clientEvent, pageOf, route } from '../core/contract';
import { messageExample } from '../messages/message.examples';
import { FoundMessageDto, SearchMessagesDto, type SearchMessagesDto as Query } from './search.dto';

const query: Pick<Query, 'query'> = { query: 'hello' };
const found = [{ ...messageExample, highlights: [{ start: 0, end: 5 }] }];

const SUMMARY =
  "Messages of the caller's own conversations that have all these words, newest first. " +
  '`page.next` is the `cursor` of the page that follows: a page may hold fewer than `limit` and still have one. ' +
  '`page.total` is at most 1,000; `page.more` says that there are, or may be, more than that.';

export const searchMessages = clientEvent('message:search', {
  summary: SUMMARY,
  payload: SearchMessagesDto,
  ack: pageOf(FoundMessageDto),
  example: { payload: { ...query, limit: 20 }, ack: found },
});

export const getFoundMessages = route('GET /messages/search', {
  tag: 'messages',
  summary: SUMMARY,
  access: 'user',
  query: SearchMessagesDto,
  result: pageOf(FoundMessageDto),
  example: { result: found },
});
