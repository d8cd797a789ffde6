import type { ConversationSettingsDto } from '@app/contracts';

/** What a member has set for a conversation. What was never set is absent. */
export interface Settings {
  muted?: boolean;
  /** When the mute ends; absent: it does not end by itself. */
  muted_until?: Date | null;
  pinned_at?: Date | null;
  archived?: boolean;
  nicknames?: { user_id: number; nickname: string }[];
}

export const NOTHING_SET: Settings = {};

/** A mute that has ended counts as none. */
export const isMuted = ({ muted, muted_until }: Settings, at: Date): boolean =>
  muted === true && (!muted_until || muted_until > at);

export function toSettingsDto(settings: Settings, at: Date): ConversationSettingsDto {
  const muted = isMuted(settings, at);
  return {
    muted,
    mutedUntil: (muted && settings.muted_until?.toISOString()) || null,
    pinned: (settings.pinned_at ?? null) !== null,
    archived: settings.archived === true,
    nicknames: Object.fromEntries(
      (settings.nicknames ?? []).map(({ user_id, nickname }) => [user_id, nickname]),
    ),
  };
}
