import { Type } from 'class-transformer';
import { IsBoolean, IsOptional, IsTimeZone, Matches, ValidateNested } from 'class-validator';
import { IsTimestamp, OrMissing, OrNull } from '../core/fields';

/** What there is to be told of, as people choose among it. */
export const NOTIFICATION_KINDS = [
  'message',
  'mention',
  'reply',
  'reaction',
  'invite',
  'request',
  'security',
  'broadcast',
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** By what somebody can be told. */
export const CHANNELS = ['inApp', 'webPush', 'mobilePush', 'email'] as const;
export type Channel = (typeof CHANNELS)[number];

/** What is left out is true. */
export class ChannelsDto {
  /** In the list and the badge, and live on devices that are connected. Security notices cannot be switched off here. */
  @OrMissing()
  @IsBoolean()
  inApp?: boolean;

  @OrMissing()
  @IsBoolean()
  webPush?: boolean;

  @OrMissing()
  @IsBoolean()
  mobilePush?: boolean;

  /** In the email digest, if there is to be one at all: `emailDigest`. */
  @OrMissing()
  @IsBoolean()
  email?: boolean;
}

export class InAppDto {
  @OrMissing()
  @IsBoolean()
  inApp?: boolean;
}

const IsChannels = (): PropertyDecorator => (target, key) =>
  [OrMissing(), ValidateNested(), Type(() => ChannelsDto)].forEach((decorate) => decorate(target, key));

/** What is left out is told by every channel. */
export class KindsDto implements Partial<Record<NotificationKind, ChannelsDto>> {
  @IsChannels()
  message?: ChannelsDto;

  /** Messages that name the user, or everybody. */
  @IsChannels()
  mention?: ChannelsDto;

  /** Messages that answer one of the user. */
  @IsChannels()
  reply?: ChannelsDto;

  @IsChannels()
  reaction?: ChannelsDto;

  /** Somebody has added the user to a group or channel. */
  @IsChannels()
  invite?: ChannelsDto;

  /** Message and contact requests, and the answers to them. */
  @IsChannels()
  request?: ChannelsDto;

  @IsChannels()
  security?: ChannelsDto;

  /** What admins have to say to all. It waits in the list: no device is woken up for it. */
  @OrMissing()
  @ValidateNested()
  @Type(() => InAppDto)
  broadcast?: InAppDto;
}

const IsTimeOfDay = (): PropertyDecorator =>
  Matches(/^([01]\d|2[0-3]):[0-5]\d$/, { message: '$property must be a time of day, such as 22:00' });

/** Hours of the user's day in which nothing makes a sound. From `from` until `to`, over midnight when `to` is the earlier; equal: always. */
export class DoNotDisturbDto {
  @IsTimeOfDay()
  from!: string;

  @IsTimeOfDay()
  to!: string;

  /** An IANA name, such as Europe/Berlin. */
  @IsTimeZone({ message: '$property must be an IANA time zone, such as Europe/Berlin' })
  timeZone!: string;
}

/** What one leaves out is as it was in the beginning. */
export class SetPreferencesDto {
  @OrMissing()
  @ValidateNested()
  @Type(() => KindsDto)
  kinds?: KindsDto;

  @IsOptional()
  @OrNull()
  @ValidateNested()
  @Type(() => DoNotDisturbDto)
  doNotDisturb?: DoNotDisturbDto | null;

  /** False: pushes and digests say that there is something, not what. Default true. */
  @OrMissing()
  @IsBoolean()
  pushContent?: boolean;

  /** An email with what stayed unread, once a day at most, to the confirmed address of the account. Default false. */
  @OrMissing()
  @IsBoolean()
  emailDigest?: boolean;
}

export class FullChannelsDto {
  @IsBoolean()
  inApp!: boolean;

  @IsBoolean()
  webPush!: boolean;

  @IsBoolean()
  mobilePush!: boolean;

  @IsBoolean()
  email!: boolean;
}

export class FullInAppDto {
  @IsBoolean()
  inApp!: boolean;
}

const AreFullChannels = (): PropertyDecorator => (target, key) =>
  [ValidateNested(), Type(() => FullChannelsDto)].forEach((decorate) => decorate(target, key));

export class FullKindsDto implements Record<NotificationKind, FullInAppDto> {
  @AreFullChannels()
  message!: FullChannelsDto;

  @AreFullChannels()
  mention!: FullChannelsDto;

  @AreFullChannels()
  reply!: FullChannelsDto;

  @AreFullChannels()
  reaction!: FullChannelsDto;

  @AreFullChannels()
  invite!: FullChannelsDto;

  @AreFullChannels()
  request!: FullChannelsDto;

  @AreFullChannels()
  security!: FullChannelsDto;

  @ValidateNested()
  @Type(() => FullInAppDto)
  broadcast!: FullInAppDto;
}

/** How somebody wants to be told of what. Of which conversations is set there: conversation:mute. */
export class PreferencesDto {
  @ValidateNested()
  @Type(() => FullKindsDto)
  kinds!: FullKindsDto;

  @OrNull()
  @ValidateNested()
  @Type(() => DoNotDisturbDto)
  doNotDisturb!: DoNotDisturbDto | null;

  @IsBoolean()
  pushContent!: boolean;

  @IsBoolean()
  emailDigest!: boolean;

  /** Null: nothing was ever set. */
  @OrNull()
  @IsTimestamp()
  updatedAt!: string | null;
}
