import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsTimestamp, IsUserId } from '../core/fields';
import type { SecurityEventKind } from './security-events';

/** Of the entries of the security log, those that the owner of the account is told. */
export const SECURITY_NOTICES = [
  'session.new-device',
  'password.changed',
  'password.reset',
  'second-factor.enabled',
  'second-factor.disabled',
  'second-factor.recovered',
  'second-factor.recovery-codes-renewed',
  'identity.linked',
  'identity.unlinked',
  'roles.changed',
] as const satisfies SecurityEventKind[];
export type SecurityNotice = (typeof SECURITY_NOTICES)[number];

/** `security.noticed` on the bus. */
export class SecurityNoticedDto {
  @IsUserId()
  userId!: number;

  @IsIn(SECURITY_NOTICES)
  notice!: SecurityNotice;

  /** Of a sign-in: from what, such as `Firefox on Windows`. */
  @IsOptional()
  @IsString()
  @MaxLength(80)
  device?: string;

  @IsTimestamp()
  at!: string;
}
