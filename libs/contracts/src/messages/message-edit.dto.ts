import { IsString } from 'class-validator';
import { IsTimestamp } from '../core/fields';

/** What a message said before it was edited. */
export class MessageEditDto {
  @IsString()
  content!: string;

  /** When it was said: sent, or edited to this. */
  @IsTimestamp()
  at!: string;
}
