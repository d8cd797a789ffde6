import { IsBoolean, IsInt, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { IsClientId, IsId, IsLimit, IsTimestamp, OrNull } from '../core/fields';

export class ListChannelsDto {
  /** Beginnings of words of the name, in any order; case and accents do not matter. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  query?: string;

  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  /** `page.next` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  cursor?: string;
}

export class JoinChannelDto {
  @IsId()
  conversationId!: string;

  @IsClientId()
  clientId?: string;
}

/** What everybody sees of a channel: neither who is in it nor its code. */
export class ChannelDto {
  @IsId()
  _id!: string;

  /** Not unique: channels are told apart by their id. */
  @IsString()
  name!: string;

  @OrNull()
  @IsString()
  avatar!: string | null;

  @OrNull()
  @IsString()
  description!: string | null;

  @IsInt()
  memberCount!: number;

  /** Whether the caller is a member. */
  @IsBoolean()
  joined!: boolean;

  @IsTimestamp()
  created_at!: string;
}
