import { Injectable } from '@nestjs/common';
import { AppError, type ErrorCode, type SentMessageDto } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { MessageReader } from '../log/message-reader';
import type { StoredMessage } from '../log/stored-message';
import { toAppError } from './log-errors';
import { toMessageDto } from './message.view';

/** What may have become true only after the first try was stored: the sender was removed or blocked, a request declined. */
const REFUSALS: readonly ErrorCode[] = ['NOTFOUND', 'FORBIDDEN', 'CONFLICT'];

/** A send that is refused may repeat one that was stored while it was still allowed; then that is its answer. */
@Injectable()
export class FirstTries {
  constructor(private readonly messages: MessageReader) {}

  /** What the sender has stored here under this client id; throws `refusal` if there is nothing. */
  async insteadOf(
    refusal: unknown,
    { userId }: Caller,
    conversationId: string,
    clientId: string | undefined,
  ): Promise<SentMessageDto> {
    const error = toAppError(refusal);
    const mayBeRepeat = clientId !== undefined && error instanceof AppError && REFUSALS.includes(error.code);
    if (!mayBeRepeat) throw error;
    const first = await this.messages.findOwn(conversationId, userId, clientId);
    if (!first) throw error;
    return { ...toMessageDto(asSent(first)), duplicate: true };
  }
}

/** As it was acked at first. What others have done with it since is for those who still see the conversation. */
const asSent = (first: StoredMessage): StoredMessage => ({
  ...first,
  content: first.edits?.[0]?.content ?? first.content,
  ev: first.evs[0] ?? first.ev,
  updated_at: first.created_at,
  reactions: undefined,
  pinned_at: undefined,
  pinned_by: undefined,
  edited_at: undefined,
  deleted_at: undefined,
});
