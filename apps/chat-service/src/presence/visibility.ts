import type { Audience, PresenceDto, PrivacyDto } from '@app/contracts';
import type { Pair } from '../people/pair';

/** Whether somebody is here, and when they last came or went. Times in milliseconds since the epoch. */
export interface PresenceState {
  userId: number;
  online: boolean;
  /** 0: never. */
  lastSeen: number;
  /** By the clock of the store: of two states the later one is the truth. */
  changedAt: number;
}

const isOpen = (audience: Audience, { contacts, blockers }: Pair): boolean =>
  blockers.length === 0 && (audience === 'everyone' || (audience === 'contacts' && contacts));

export const showsPresence = (privacy: PrivacyDto, pair: Pair): boolean => isOpen(privacy.presence, pair);

/** What somebody else may see of it. Between two of whom one blocks the other nothing passes, in either direction. */
export const asSeen = (
  { userId, online, lastSeen }: PresenceState,
  privacy: PrivacyDto,
  pair: Pair,
): PresenceDto => ({
  userId,
  online: online && isOpen(privacy.presence, pair),
  lastSeen: lastSeen > 0 && isOpen(privacy.lastSeen, pair) ? new Date(lastSeen).toISOString() : null,
});

export const asSeenByOneself = ({ userId, online, lastSeen }: PresenceState): PresenceDto => ({
  userId,
  online,
  lastSeen: lastSeen > 0 ? new Date(lastSeen).toISOString() : null,
});

/** Whether a change tells nothing to somebody who stands like that. */
export const isHidden = (privacy: PrivacyDto, pair: Pair): boolean =>
  !isOpen(privacy.presence, pair) && !isOpen(privacy.lastSeen, pair);
