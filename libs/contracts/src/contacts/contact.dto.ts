import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { IsLimit, IsTimestamp, IsUserId, IsUserIdInPath } from '../core/fields';
import { UserCardDto } from '../users/user.dto';

export const REQUEST_DIRECTIONS = ['incoming', 'outgoing'] as const;
export type RequestDirection = (typeof REQUEST_DIRECTIONS)[number];

export class CreateContactRequestDto {
  /** Whom to ask. */
  @IsUserId()
  userId!: number;
}

export class ContactRequestPathDto {
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  id!: number;
}

export class ContactPathDto {
  @IsUserIdInPath()
  userId!: number;
}

export class ListPeopleDto {
  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  /** `page.next` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  cursor?: string;
}

export class ListContactRequestsDto extends ListPeopleDto {
  /** Default `incoming`: those that wait for the caller's answer. */
  @IsOptional()
  @IsIn(REQUEST_DIRECTIONS)
  direction?: RequestDirection;
}

export class ContactRequestDto {
  @IsInt()
  id!: number;

  /** `outgoing`: the caller asked. */
  @IsIn(REQUEST_DIRECTIONS)
  direction!: RequestDirection;

  /** `accepted` only in the answer to a request that met one of the other side: the two are contacts now. */
  @IsIn(['pending', 'accepted'])
  status!: 'pending' | 'accepted';

  /** The other one. */
  @ValidateNested()
  @Type(() => UserCardDto)
  user!: UserCardDto;

  @IsTimestamp()
  created_at!: string;
}

export class ContactDto extends UserCardDto {
  @IsTimestamp()
  since!: string;
}

/** `contact.requested`. */
export class ContactRequestedDto {
  @IsInt()
  requestId!: number;

  @IsUserId()
  senderId!: number;

  @IsString()
  senderName!: string;

  @IsUserId()
  addresseeId!: number;
}

/** `contact.accepted`: two people are contacts now. */
export class ContactAcceptedDto {
  @IsInt()
  requestId!: number;

  /** Who had asked. */
  @IsUserId()
  senderId!: number;

  /** Who said yes. */
  @IsUserId()
  addresseeId!: number;

  @IsString()
  addresseeName!: string;

  /** Of two events about the same two people the one with the higher number is the later fact. */
  @IsInt()
  rev!: number;
}

/** `contact.removed`: two people are no contacts any more. */
export class ContactRemovedDto {
  @IsUserId()
  userId!: number;

  @IsUserId()
  contactId!: number;

  @IsInt()
  rev!: number;
}
