import { Injectable } from '@nestjs/common';
import { notFound, type MessageDto } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { MessageLog } from '../log/message-log';
import type { ChangeOptions, ChangeResult, Mutation } from '../log/stored-message';
import { toAppError } from './log-errors';
import type { Found } from './message-access';
import { toMessageDto } from './message.view';

/** What somebody does to a message, once however often they say so. */
export interface Command extends Omit<ChangeOptions, 'op'> {
  caller: Pick<Caller, 'userId'>;
  clientId: string | undefined;
}

@Injectable()
export class MessageChanges {
  constructor(private readonly log: MessageLog) {}

  /** The message as it is after it; NOTFOUND when it was deleted meanwhile. */
  async apply(found: Found, command: Command, mutate: Mutation): Promise<MessageDto> {
    const { message } = await this.write(found, command, (current, at) => {
      if (current.deleted_at) throw notFound('message');
      return mutate(current, at);
    });
    return toMessageDto(message);
  }

  /** Also of one that is deleted. */
  async write(
    { message, state }: Found,
    { caller, clientId, ...options }: Command,
    mutate: Mutation,
  ): Promise<ChangeResult> {
    const op = clientId === undefined ? undefined : `${caller.userId}:${clientId}`;
    try {
      return await this.log.change(message._id.toHexString(), state.id, mutate, { ...options, op });
    } catch (error) {
      throw toAppError(error);
    }
  }
}
