import type { Audience, PresenceDto, PresenceStatus, PrivacyDto } from '@app/contracts';
import type { Pair } from '../people/pair';

/** Whether somebody is here, and when they last came or went. Times in milliseconds since the epoch. */
export interface PresenceState {
  userId: number;
  online: boolean;
  /** 0: never. */
  lastSeen: number;
  /** By the clock of the store: of two states the later one is the truth. */
  changedAt: number;
  /** What the user has chosen, if it is anything but `online`. */
  status?: Exclude<PresenceStatus, 'online'>;
  /** Of an invisible user: since when, which is when they went in the eyes of others. */
  hiddenSince?: number;
}

/** How it looks to others: who is invisible has gone when they became so. */
export const shown = (state: PresenceState): PresenceState => {
  const { status, hiddenSince, ...rest } = state;
  if (status !== 'invisible') return state;
  return { ...rest, online: false, lastSeen: hiddenSince ?? state.lastSeen };
};

const isOpen = (audience: Audience, { contacts, blockers }: Pair): boolean =>
  blockers.length === 0 && (audience === 'everyone' || (audience === 'contacts' && contacts));

export const showsPresence = (privacy: PrivacyDto, pair: Pair): boolean => isOpen(privacy.presence, pair);

/** What somebody else may see of it. Between two of whom one blocks the other nothing passes, in either direction. */
export const asSeen = (state: PresenceState, privacy: PrivacyDto, pair: Pair): PresenceDto => {
  const { userId, online, lastSeen, status } = shown(state);
  const isOnline = online && isOpen(privacy.presence, pair);
  return {
    userId,
    online: isOnline,
    lastSeen: lastSeen > 0 && isOpen(privacy.lastSeen, pair) ? new Date(lastSeen).toISOString() : null,
    ...(isOnline && status && { status }),
  };
};

export const asSeenByOneself = ({ userId, online, lastSeen, status }: PresenceState): PresenceDto => ({
  userId,
  online,
  lastSeen: lastSeen > 0 ? new Date(lastSeen).toISOString() : null,
  ...(online && status && { status }),
});

/** Whether a change tells nothing to somebody who stands like that. */
export const isHidden = (privacy: PrivacyDto, pair: Pair): boolean =>
  !isOpen(privacy.presence, pair) && !isOpen(privacy.lastSeen, pair);
