import type { ConversationSettingsDto, NotifyLevel } from '@app/contracts';

/** What a member has set for a conversation. What was never set is absent. */
export interface Settings {
  muted?: boolean;
  /** When the mute ends; absent: it does not end by itself. */
  muted_until?: Date | null;
  /** Of a muted one: who is named or answered is told nonetheless. */
  except_mentions?: boolean;
  pinned_at?: Date | null;
  archived?: boolean;
  nicknames?: { user_id: number; nickname: string }[];
}

/** That a member does not want to be disturbed by a conversation. */
export interface Mute {
  userId: number;
  settings: Settings;
}

export const NOTHING_SET: Settings = {};

/** A mute that has ended counts as none. */
export const isMuted = ({ muted, muted_until }: Settings, at: Date): boolean =>
  muted === true && (!muted_until || muted_until > at);

export const levelOf = (settings: Settings, at: Date): NotifyLevel => {
  if (!isMuted(settings, at)) return 'all';
  return settings.except_mentions === true ? 'mentions' : 'nothing';
};

export function toSettingsDto(settings: Settings, at: Date): ConversationSettingsDto {
  const muted = isMuted(settings, at);
  return {
    muted,
    mutedUntil: (muted && settings.muted_until?.toISOString()) || null,
    notify: levelOf(settings, at),
    pinned: (settings.pinned_at ?? null) !== null,
    archived: settings.archived === true,
    nicknames: Object.fromEntries(
      (settings.nicknames ?? []).map(({ user_id, nickname }) => [user_id, nickname]),
    ),
  };
}
