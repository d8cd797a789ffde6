import { Injectable } from '@nestjs/common';
import { ChatConfig } from '../config';
import { DepartedUsers } from '../departures/departed-users';
import { PeopleService } from '../people/people.service';
import type { Receipt } from './receipt';
import { ReceiptRepository } from './receipt.repository';
import { Readership } from './readership';

interface Conversation {
  id: string;
  participants: readonly number[];
}

/** What a member may see of how far the others have come. */
@Injectable()
export class ReceiptViews {
  constructor(
    private readonly receipts: ReceiptRepository,
    private readonly people: PeopleService,
    private readonly departed: DepartedUsers,
    private readonly config: ChatConfig,
  ) {}

  async readershipFor(viewerId: number, conversation: Conversation): Promise<Readership> {
    const living = this.departed.livingIn(conversation);
    const receipts = await this.visibleTo(viewerId, await this.receipts.listOf(conversation.id));
    return new Readership(receipts, new Map(living.map((id) => [id, 0])), this.config.MAX_READERS_SHOWN);
  }

  /** The viewer's own, and those of members who let others know, unless the viewer does not: who keeps that to themselves is not told of others either. */
  private async visibleTo(viewerId: number, receipts: Receipt[]): Promise<Receipt[]> {
    const others = receipts.flatMap(({ user_id }) => (user_id === viewerId ? [] : [user_id]));
    if (others.length === 0) return receipts;
    const silent = await this.people.silentReaders([viewerId, ...others]);
    return receipts.filter(
      ({ user_id }) => user_id === viewerId || !(silent.has(viewerId) || silent.has(user_id)),
    );
  }
}
