import { IsIn, IsISO8601, IsOptional, IsString, Matches } from 'class-validator';
import { all, IsFacts, IsLimit, IsTimestamp, IsUserId, IsUserIdInPath, OrNull } from '../core/fields';
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

/** Only what PostgreSQL can read, too: no year 0, no weeks, no time zones that are none. */
const IsMoment = (): PropertyDecorator =>
  all(
    IsISO8601({ strict: true }, { message: '$property must be an ISO 8601 date' }),
    Matches(/^(?!0000)\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)?)?$/, {
      message: '$property must be an ISO 8601 date',
    }),
  );

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
  @IsMoment()
  from?: string;

  /** Before this. */
  @IsOptional()
  @IsMoment()
  to?: string;

  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  /** `page.next` of the page before. */
  @IsOptional()
  @Matches(/^[1-9]\d{0,17}$/, { message: 'cursor must be the page.next of the page before' })
  cursor?: string;
}
