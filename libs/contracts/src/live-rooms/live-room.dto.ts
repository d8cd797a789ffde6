import { IsArray, IsInt } from 'class-validator';

export class ConversationStatusDto {
  /** Members who are online, on any instance, and who let the caller see it. */
  @IsArray()
  @IsInt({ each: true })
  online!: number[];
}
