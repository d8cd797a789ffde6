import { IsTimestamp, IsUserId } from '../core/fields';

/** `user.deleted` on the bus: the account is gone, and what others hold of it must go too. */
export class UserDeletedDto {
  @IsUserId()
  userId!: number;

  @IsTimestamp()
  at!: string;
}
