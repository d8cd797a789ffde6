import {
  CHANNELS,
  NOTIFICATION_KINDS,
  type Channel,
  type DoNotDisturbDto,
  type NotificationKind,
  type PreferencesDto,
} from '@app/contracts';
import type { DigestState } from '../digests/digest-state';

/** What a user has chosen; what was never chosen is absent. */
export interface Preferences {
  kinds: Partial<Record<NotificationKind, Partial<Record<Channel, boolean>>>>;
  do_not_disturb: DoNotDisturbDto | null;
  push_content: boolean;
  /** Absent in what was chosen before there were digests. */
  email_digest?: boolean;
  updated_at: Date;
}

/** The state of digests stands with the choice: whoever claims one sees in the same write whether it is still wanted. */
export type StoredPreferences = Preferences & { _id: number; digest?: DigestState };

/** Of somebody who has chosen nothing. */
type Chosen = Preferences | null | undefined;

export const wants = (chosen: Chosen, kind: NotificationKind, channel: Channel): boolean =>
  chosen?.kinds[kind]?.[channel] ?? true;

/** Nobody's device is woken up for a broadcast, and no mail tells of one. */
const channelsFor = (kind: NotificationKind): readonly Channel[] =>
  kind === 'broadcast' ? ['inApp'] : CHANNELS;

type Kinds = PreferencesDto['kinds'];
type Channels = Kinds[NotificationKind];

export function toPreferencesDto(chosen: Chosen): PreferencesDto {
  const channelsOf = (kind: NotificationKind) =>
    Object.fromEntries(
      channelsFor(kind).map((channel) => [channel, wants(chosen, kind, channel)]),
    ) as unknown as Channels;
  return {
    kinds: Object.fromEntries(NOTIFICATION_KINDS.map((kind) => [kind, channelsOf(kind)])) as unknown as Kinds,
    doNotDisturb: chosen?.do_not_disturb ?? null,
    pushContent: chosen?.push_content ?? true,
    emailDigest: chosen?.email_digest ?? false,
    updatedAt: chosen?.updated_at.toISOString() ?? null,
  };
}
