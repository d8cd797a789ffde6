import { randomBytes, randomUUID } from 'node:crypto';
import {
  contactAccepted,
  contactRemoved,
  privacyUpdated,
  userBlockedEvent,
  userUnblockedEvent,
  type IntegrationEvent,
  type PrivacyDto,
} from '@app/contracts';
import { EventPublisher, type MessagingOptions } from '@app/messaging';
import { eventually } from '@app/testing';
import type { ChatService } from './chat-service';
import type { Person } from './people';

/** The broker of the run, with queues that no other test has. */
export function ownQueues(): [settings: { RABBITMQ_URL: string }, messaging: Partial<MessagingOptions>] {
  const { RABBITMQ_URL = '' } = process.env;
  if (RABBITMQ_URL === '') throw new Error('RABBITMQ_URL is not set; run the tests through `npm test`');
  const unique = randomBytes(5).toString('hex');
  return [
    { RABBITMQ_URL },
    { service: `chat-${unique}`, exchange: `events-${unique}`, retryDelaysMs: [100, 200, 300] },
  ];
}

/** What the user service says about people. */
export class PeopleEvents {
  private rev = 0;

  constructor(private readonly service: () => ChatService) {}

  nextRev(): number {
    return ++this.rev;
  }

  blocked(by: Person, whom: Person, rev = this.nextRev()): Promise<void> {
    return this.publish(userBlockedEvent, { userId: by.id, blockedId: whom.id, rev });
  }

  unblocked(by: Person, whom: Person, rev = this.nextRev()): Promise<void> {
    return this.publish(userUnblockedEvent, { userId: by.id, blockedId: whom.id, rev });
  }

  befriended({ id: senderId }: Person, { id: addresseeId }: Person, rev = this.nextRev()): Promise<void> {
    const about = { requestId: rev, senderId, addresseeId, addresseeName: `user-${addresseeId}` };
    return this.publish(contactAccepted, { ...about, rev });
  }

  parted(a: Person, b: Person, rev = this.nextRev()): Promise<void> {
    return this.publish(contactRemoved, { userId: a.id, contactId: b.id, rev });
  }

  choosePrivacy({ id: userId }: Person, settings: PrivacyDto, rev = this.nextRev()): Promise<void> {
    return this.publish(privacyUpdated, { userId, rev, ...settings });
  }

  /** Resolves when a queue has it; the first one may come before there is one. */
  private async publish<P extends object>(contract: IntegrationEvent<P>, data: P): Promise<void> {
    const event = { contract, id: randomUUID(), key: 'test', at: new Date(), traceId: 'test', data };
    await eventually(
      () => this.service().app.get(EventPublisher).publish(event),
      () => undefined,
    );
  }
}
