import { IsArray, IsIn, IsInt, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsClientId, IsId, IsLimit, IsUserId, IsUserIdInPath, IsUserIds } from '../core/fields';

export const MEMBER_LIMITS = { added: 100 } as const;

export class MembersPageDto {
  /** 1–1,000, default 100. */
  @IsLimit(1_000)
  limit?: number;

  /** `page.next` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  cursor?: string;
}

export class ListMembersDto extends MembersPageDto {
  @IsId()
  conversationId!: string;
}

/** One of `userId` and `userIds`. Who is a member already stays one. */
export class AddMembersBodyDto {
  @IsOptional()
  @IsUserId()
  userId?: number;

  @IsOptional()
  @IsUserIds(1, MEMBER_LIMITS.added)
  userIds?: number[];

  @IsClientId()
  clientId?: string;
}

export class AddMembersDto extends AddMembersBodyDto {
  @IsId()
  conversationId!: string;
}

export class OneMemberBodyDto {
  @IsUserId()
  userId!: number;

  @IsClientId()
  clientId?: string;
}

export class OneMemberDto extends OneMemberBodyDto {
  @IsId()
  conversationId!: string;
}

export class OneMemberPathDto {
  @IsId()
  id!: string;

  @IsUserIdInPath()
  userId!: number;
}

/** With a `clientId`, a repeat of the command is answered like the first and changes nothing. */
export class CommandDto {
  @IsClientId()
  clientId?: string;
}

export class ConversationCommandDto extends CommandDto {
  @IsId()
  conversationId!: string;
}

/** At its place among the messages: `seq` and `ev` are those of the system message that says the same. */
class AtItsPlaceDto {
  @IsId()
  conversationId!: string;

  @IsInt()
  seq!: number;

  @IsInt()
  ev!: number;
}

class MembersChangedDto extends AtItsPlaceDto {
  /** The first of `userIds`. */
  @IsUserId()
  userId!: number;

  @IsArray()
  @IsInt({ each: true })
  userIds!: number[];

  /** Members from now on. */
  @IsInt()
  memberCount!: number;
}

export class MembersAddedDto extends MembersChangedDto {
  /** Who came by themself was added by themself. */
  @IsUserId()
  addedBy!: number;
}

export class MembersRemovedDto extends MembersChangedDto {
  /** Who left was removed by themself. */
  @IsUserId()
  removedBy!: number;
}

export class ModeratorUpdatedDto extends AtItsPlaceDto {
  /** Whose role has changed. */
  @IsUserId()
  userId!: number;

  @IsIn(['admin', 'moderator', 'member'])
  role!: 'admin' | 'moderator' | 'member';

  @IsUserId()
  updatedBy!: number;

  @IsUserId()
  admin_id!: number;

  @IsArray()
  @IsInt({ each: true })
  moderator_ids!: number[];
}
