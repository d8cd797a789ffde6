import { Injectable } from '@nestjs/common';
import { badRequest, notFound, type BlockedUserDto, type ListPeopleDto, type Page } from '@app/contracts';
import { BlockRepository } from './block.repository';
import { pageByTime } from './page';

@Injectable()
export class BlocksService {
  constructor(private readonly blocks: BlockRepository) {}

  async block(userId: number, blockedId: number): Promise<BlockedUserDto> {
    if (userId === blockedId) throw badRequest('userId', 'must be somebody else');
    const block = await this.blocks.create(userId, blockedId);
    if (!block) throw notFound('user');
    return block;
  }

  unblock(userId: number, blockedId: number): Promise<void> {
    return this.blocks.remove(userId, blockedId);
  }

  list(userId: number, query: ListPeopleDto): Promise<Page<BlockedUserDto>> {
    return pageByTime(
      query,
      (limit, after) => this.blocks.listOf(userId, limit, after),
      ({ user_id, blocked_at }) => ({ id: user_id, at: blocked_at }),
    );
  }
}
