import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { IsFacts, IsLimit, IsTimestamp, IsUserId, IsUserIdInPath, OrNull } from '../core/fields';
import { SECURITY_EVENTS, type SecurityEventKind } from './security-events';

export class SecurityEventDto {
  @IsString()
  id!: string;

  @IsIn(SECURITY_EVENTS)
  kind!: SecurityEventKind;

  /** Whose account; null when it is nobody's. */
  @OrNull()
  @IsUserId()
  user_id!: number | null;

  /** Who did it, when that was somebody else. */
  @OrNull()
  @IsUserId()
  actor_id!: number | null;

  /** The network address that it came from; empty when it came from none. */
  @IsString()
  address!: string;

  @IsString()
  user_agent!: string;

  /** What belongs to this kind of event. */
  @IsFacts()
  details!: Record<string, string | number | boolean | null>;

  @IsTimestamp()
  at!: string;
}

export class ListSecurityEventsDto {
  @IsOptional()
  @IsIn(SECURITY_EVENTS)
  kind?: SecurityEventKind;

  @IsOptional()
  @IsUserIdInPath()
  userId?: number;

  @IsOptional()
  @IsUserIdInPath()
  actorId?: number;

  /** Not before this. */
  @IsOptional()
  @IsTimestamp()
  from?: string;

  /** Before this. */
  @IsOptional()
  @IsTimestamp()
  to?: string;

  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  /** `page.next` of the page before. */
  @IsOptional()
  @Matches(/^[1-9]\d{0,17}$/, { message: 'cursor must be the page.next of the page before' })
  cursor?: string;
}
