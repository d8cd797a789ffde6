import { Injectable } from '@nestjs/common';
import {
  AppError,
  notFound,
  type ConversationDto,
  type JoinByCodeDto,
  type RotateCodeDto,
} from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { ConversationViews } from '../conversations/conversation-views';
import { assertAllowed } from '../conversations/policy/conversation-policy';
import { situationIn } from '../conversations/policy/situation';
import { ConversationCommands } from '../conversations/conversation-commands';
import { CodesOfConversations } from './codes-of-conversations';
import { normaliseCode } from './join-code';
import { JoinTriesRepository } from './join-tries.repository';
import { JoiningService } from './joining.service';

/** Six characters that let somebody join. They are few enough to be guessed, so guesses are. */
@Injectable()
export class CodesService {
  constructor(
    private readonly codes: CodesOfConversations,
    private readonly tries: JoinTriesRepository,
    private readonly commands: ConversationCommands,
    private readonly joining: JoiningService,
    private readonly views: ConversationViews,
    private readonly config: ChatConfig,
  ) {}

  async join(caller: Caller, { code }: JoinByCodeDto): Promise<ConversationDto> {
    // Counted before it is looked up: of many guesses at once none gets by.
    await this.assertMayTry(caller.userId);
    const normalised = normaliseCode(code);
    const found = normalised === undefined ? undefined : await this.codes.find(normalised);
    if (!found) throw notFound('conversation');
    const { state } = await this.joining.join(caller, found.conversationId, 'join-by-code', ({ codeEv }) => {
      if (found.ev < codeEv) throw notFound('conversation');
    });
    await this.tries.takeBack(caller.userId);
    return this.views.of(caller.userId, state);
  }

  async rotate(caller: Caller, command: RotateCodeDto): Promise<ConversationDto> {
    const state = await this.commands.runWithin(caller, command, ['code-rotated'], (current) => {
      assertAllowed('rotate-code', situationIn(current, caller.userId, false));
      return { action: 'code-rotated', userIds: [] };
    });
    return this.views.of(caller.userId, state);
  }

  private async assertMayTry(userId: number): Promise<void> {
    const { count, leftMs } = await this.tries.count(userId, this.config.JOIN_CODE_WINDOW_MS);
    if (count > this.config.JOIN_CODE_TRIES)
      throw new AppError('RATE_LIMITED', 'too many codes were tried, wait a moment', undefined, leftMs);
  }
}
