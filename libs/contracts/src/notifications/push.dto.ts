import { Type } from 'class-transformer';
import {
  IsBase64,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsId, IsLimit, IsTimestamp, OrNull } from '../core/fields';

/** Browsers; what registers with Firebase; Apple's devices. */
export const PUSH_PLATFORMS = ['web', 'fcm', 'apns'] as const;
export type PushPlatform = (typeof PUSH_PLATFORMS)[number];

/** `PushSubscription.toJSON().keys` of a browser. */
export class WebPushKeysDto {
  @IsBase64({ urlSafe: true })
  @Length(80, 100)
  p256dh!: string;

  @IsBase64({ urlSafe: true })
  @Length(16, 30)
  auth!: string;
}

export class SubscribeDto {
  @IsIn(PUSH_PLATFORMS)
  platform!: PushPlatform;

  /** The endpoint of a browser, https only; the token of a phone. */
  @IsString()
  @Length(16, 2_000)
  token!: string;

  /** Of a browser, and only there. */
  @IsOptional()
  @ValidateNested()
  @Type(() => WebPushKeysDto)
  keys?: WebPushKeysDto;

  /** How its owner knows the device. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  device?: string;
}

export class UnsubscribeDto {
  /** The same as when it was subscribed. */
  @IsString()
  @Length(16, 2_000)
  token!: string;
}

export class PushSubscriptionDto {
  @IsId()
  id!: string;

  @IsIn(PUSH_PLATFORMS)
  platform!: PushPlatform;

  @OrNull()
  @IsString()
  device!: string | null;

  @IsTimestamp()
  created_at!: string;
}

/** What a client needs to subscribe a device. */
export class PushSetupDto {
  /** The transports that are switched on. */
  @IsIn(PUSH_PLATFORMS, { each: true })
  platforms!: PushPlatform[];

  /** `applicationServerKey` of a browser. */
  @OrNull()
  @IsString()
  vapidPublicKey!: string | null;
}

export const PUSH_OUTCOMES = ['sent', 'gone', 'refused', 'later', 'failed'] as const;
export type PushOutcomeName = (typeof PUSH_OUTCOMES)[number];

export class ListPushDeliveriesDto {
  @IsLimit(100)
  limit?: number;

  /** `page.next` of the page before. */
  @IsOptional()
  @IsId()
  cursor?: string;
}

/** One try to bring one notification to one device. */
export class PushDeliveryDto {
  @IsId()
  id!: string;

  @IsString()
  notificationId!: string;

  @IsId()
  subscriptionId!: string;

  @IsIn(PUSH_PLATFORMS)
  platform!: PushPlatform;

  @OrNull()
  @IsString()
  device!: string | null;

  /** `gone`: the device has no such app any more, and is not asked again. `later`: it is tried again. `failed`: it was tried often enough. */
  @IsIn(PUSH_OUTCOMES)
  outcome!: PushOutcomeName;

  @OrNull()
  @IsString()
  reason!: string | null;

  /** Which try it was. */
  @IsInt()
  tries!: number;

  @IsTimestamp()
  at!: string;
}
