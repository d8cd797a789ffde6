import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsLimit, IsUserId, OrNull } from '../core/fields';

export class UnsubscribeDigestDto {
  /** As it stands in the mail. */
  @IsString()
  @MaxLength(100)
  token!: string;
}

export class ClaimDigestsDto {
  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;
}

const IsClaim = (): PropertyDecorator => (target, key) =>
  [IsString(), Length(1, 64)].forEach((decorate) => decorate(target, key));

/** Somebody for whom a digest is due, as long as nobody else has claimed it since. */
export class DigestClaimDto {
  @IsUserId()
  userId!: number;

  @IsClaim()
  claim!: string;
}

export class DigestClaimsDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => DigestClaimDto)
  claims!: DigestClaimDto[];

  /** There may be further ones at once. */
  @IsBoolean()
  more!: boolean;
}

/** What of the unread belongs together: the newest of a conversation, or one that stands for itself. */
export class DigestEntryDto {
  @IsString()
  title!: string;

  @IsString()
  content!: string;

  @IsInt()
  count!: number;
}

export class DigestDto {
  /** How many notifications are unread. */
  @IsInt()
  total!: number;

  /** There are more than that: the counting stopped. */
  @IsBoolean()
  more!: boolean;

  /** The newest first; none when the user wants no content in what leaves the app. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => DigestEntryDto)
  entries!: DigestEntryDto[];

  /** For POST /unsubscribe/:token. */
  @IsString()
  unsubscribeToken!: string;
}

export class TakenDigestDto {
  /** Null: everything was read meanwhile, the user wants none any more, or somebody else has it. */
  @OrNull()
  @ValidateNested()
  @Type(() => DigestDto)
  digest!: DigestDto | null;
}

/**
 * What became of the mail. `later`: the mail server has said that it did not take it; it is due again after a pause. `skipped`, before
 * it was taken: nobody is to get it now.
 */
export const DIGEST_OUTCOMES = ['sent', 'refused', 'later', 'skipped'] as const;
export type DigestOutcome = (typeof DIGEST_OUTCOMES)[number];

export class SettleDigestDto extends DigestClaimDto {
  @IsIn(DIGEST_OUTCOMES)
  outcome!: DigestOutcome;
}
