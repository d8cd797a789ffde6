import { AppError } from '@app/contracts';
import type { StoredMessage } from '../log/stored-message';

type Reactions = NonNullable<StoredMessage['reactions']>;

export interface ReactionLimits {
  /** Different emoji. */
  emoji: number;
  /** Of all people together. */
  total: number;
}

/** With and without the selector that asks for a coloured picture it is the same emoji. */
const keyOf = (emoji: string) => emoji.replaceAll('\uFE0F', '');

const isOf = (emoji: string) => {
  const key = keyOf(emoji);
  return (reaction: { emoji: string }) => keyOf(reaction.emoji) === key;
};

/** With one more; null when it is there already. Throws CONFLICT at the limits. */
export function added(
  reactions: Reactions,
  emoji: string,
  userId: number,
  limits: ReactionLimits,
): Reactions | null {
  const same = reactions.find(isOf(emoji));
  if (same?.user_ids.includes(userId)) return null;
  if (reactions.reduce((sum, { user_ids }) => sum + user_ids.length, 0) >= limits.total)
    throw new AppError('CONFLICT', `a message may have at most ${limits.total} reactions`);
  if (same)
    return reactions.map((reaction) =>
      reaction === same ? { ...same, user_ids: [...same.user_ids, userId] } : reaction,
    );
  if (reactions.length >= limits.emoji)
    throw new AppError('CONFLICT', `a message may have at most ${limits.emoji} different reactions`);
  return [...reactions, { emoji, user_ids: [userId] }];
}

/** With one less; null when there is none. */
export function removed(reactions: Reactions, emoji: string, userId: number): Reactions | null {
  const matches = isOf(emoji);
  if (!reactions.some((reaction) => matches(reaction) && reaction.user_ids.includes(userId))) return null;
  return reactions
    .map((reaction) => (matches(reaction) ? without(reaction, userId) : reaction))
    .filter(({ user_ids }) => user_ids.length > 0);
}

/** Without all of one user's; null when there are none. */
export function withoutUser(reactions: Reactions, userId: number): Reactions | null {
  if (!reactions.some(({ user_ids }) => user_ids.includes(userId))) return null;
  return reactions.map((reaction) => without(reaction, userId)).filter(({ user_ids }) => user_ids.length > 0);
}

const without = (reaction: Reactions[number], userId: number) => ({
  ...reaction,
  user_ids: reaction.user_ids.filter((id) => id !== userId),
});

/** As it is stored: a message without reactions has no such field. */
export const orNone = (reactions: Reactions) => (reactions.length > 0 ? reactions : undefined);
