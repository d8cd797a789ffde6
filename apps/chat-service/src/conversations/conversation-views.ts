import { Injectable } from '@nestjs/common';
import type { ConversationDto } from '@app/contracts';
import { SettingsService } from '../conversation-settings/settings.service';
import { CodesOfConversations } from '../joining/codes-of-conversations';
import { toConversationDto, type ConversationState } from './state/conversation-state';

/** Conversations as their members see them: with the code that lets others join, and with what the member has set. */
@Injectable()
export class ConversationViews {
  constructor(
    private readonly codes: CodesOfConversations,
    private readonly settings: SettingsService,
  ) {}

  /** What all members may see alike. */
  async shared(state: ConversationState): Promise<ConversationDto> {
    const code = (await this.codes.of([state])).get(state.id);
    return { ...toConversationDto(state), ...(code !== undefined && { code }) };
  }

  /** What one member sees. */
  async of(userId: number, state: ConversationState): Promise<ConversationDto> {
    const [shared, mySettings] = await Promise.all([this.shared(state), this.settings.of(userId, state.id)]);
    return { ...shared, mySettings };
  }

  async ofAll(userId: number, states: readonly ConversationState[]): Promise<ConversationDto[]> {
    const [codes, settings] = await Promise.all([
      this.codes.of(states),
      this.settings.ofAll(
        userId,
        states.map(({ id }) => id),
      ),
    ]);
    return states.map((state, index) => {
      const [code, mySettings] = [codes.get(state.id), settings[index]];
      return { ...toConversationDto(state), ...(code !== undefined && { code }), mySettings };
    });
  }
}
