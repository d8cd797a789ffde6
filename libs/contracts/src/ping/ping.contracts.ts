import { IsOptional, IsString, MaxLength } from 'class-validator';
import { clientEvent, one } from '../core/contract';
import { IsTimestamp } from '../core/fields';

export class PingDto {
  /** Comes back as it was sent. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  echo?: string;
}

export class PongDto extends PingDto {
  /** What the server's clock says. */
  @IsTimestamp()
  at!: string;
}

export const ping = clientEvent('ping', {
  summary: 'Is anybody there, how far away, and what time is it.',
  payload: PingDto,
  ack: one(PongDto),
  example: { payload: { echo: 'a' }, ack: { echo: 'a', at: '2026-01-01T00:00:00.000Z' } },
});
