import { IsOptional, Matches } from 'class-validator';
import { IsId, IsLimit } from '../core/fields';

export class ThreadQueryDto {
  /** 1–100, default 20. */
  @IsLimit(100)
  limit?: number;

  /** `page.next` of the page before. */
  @IsOptional()
  @Matches(/^\d{1,15}$/, { message: '$property must be the `page.next` of an earlier answer' })
  cursor?: string;
}

export class ListThreadDto extends ThreadQueryDto {
  @IsId()
  messageId!: string;
}
