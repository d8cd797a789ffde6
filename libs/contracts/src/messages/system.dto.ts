import { IsArray, IsIn, IsInt, IsOptional, IsString } from 'class-validator';
import { OrNull } from '../core/fields';

/** What can happen to a conversation. Each is a message of type `system` in its sequence. */
export const SYSTEM_ACTIONS = [
  'member-added',
  'member-joined',
  'member-removed',
  'member-left',
  'moderator-promoted',
  'moderator-demoted',
  'admin-changed',
  'conversation-updated',
  'disappearing-changed',
  'code-rotated',
  'request-accepted',
  'request-declined',
  'conversation-deleted',
] as const;
export type SystemAction = (typeof SYSTEM_ACTIONS)[number];

/** What has happened to the conversation, done by the message's sender. Clients put it into words of their own. */
export class SystemDto {
  @IsIn(SYSTEM_ACTIONS)
  action!: SystemAction;

  /** Whom it was done to; empty when to nobody. */
  @IsArray()
  @IsInt({ each: true })
  userIds!: number[];

  /** With `conversation-updated`: the new name, if that is what changed. */
  @IsOptional()
  @OrNull()
  @IsString()
  name?: string | null;

  @IsOptional()
  @OrNull()
  @IsString()
  avatar?: string | null;

  @IsOptional()
  @OrNull()
  @IsString()
  description?: string | null;

  /** With `disappearing-changed`: seconds that messages live from now on; null: for ever. */
  @IsOptional()
  @OrNull()
  @IsInt()
  disappearAfter?: number | null;
}
