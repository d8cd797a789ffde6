import { IsBoolean, IsIn, IsInt } from 'class-validator';
import { IsUserId } from '../core/fields';

export const AUDIENCES = ['everyone', 'contacts', 'nobody'] as const;
export type Audience = (typeof AUDIENCES)[number];

export class PrivacyDto {
  /** Who sees whether the user is online. */
  @IsIn(AUDIENCES)
  presence!: Audience;

  /** Who sees when the user was last online. */
  @IsIn(AUDIENCES)
  lastSeen!: Audience;

  /** False: nobody is told what the user has read, and the user is not told what others have read. */
  @IsBoolean()
  readReceipts!: boolean;
}

/** `privacy.updated`: all settings of one user. */
export class PrivacyUpdatedDto extends PrivacyDto {
  @IsUserId()
  userId!: number;

  /** Of two events about the same user the one with the higher number is the later fact. */
  @IsInt()
  rev!: number;
}
