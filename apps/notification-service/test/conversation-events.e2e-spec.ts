import { randomUUID } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  groupInviteCreatedEvent,
  requestAcceptedEvent,
  requestCreatedEvent,
  type IntegrationEvent,
} from '@app/contracts';
import { EventPublisher } from '@app/messaging';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, stores, TestService } from './support/notification-app';

interface Listed {
  _id: string;
  type: string;
  title: string;
  content: string;
  related_id: string;
}

describe('notifications of what happens in conversations', () => {
  let servers: Awaited<ReturnType<typeof stores>>;
  let service: TestService;
  let app: NestExpressApplication;
  let nextUser = 1;
  let conversationId: string;

  beforeAll(async () => {
    servers = await stores();
    service = new TestService(servers);
    app = await service.start();
  });
  afterAll(async () => {
    await service.close();
    await servers.stop();
  });
  beforeEach(() => {
    conversationId = new Types.ObjectId().toHexString();
  });

  const publish = <P extends object>(contract: IntegrationEvent<P>, data: P, id: string = randomUUID()) =>
    app
      .get(EventPublisher)
      .publish({ contract, id, key: conversationId, at: new Date(), traceId: 'trace', data });
  const list = async (userId: number) => (await call(app, userId, 'GET', '/notifications')).data as Listed[];
  const stored = (userId: number, count: number) =>
    vi.waitFor(
      async () => {
        const found = await list(userId);
        expect(found).toHaveLength(count);
        return found;
      },
      { timeout: 5_000 },
    );

  it('tell whom somebody has added to a group, once for each time', async () => {
    const [me, other] = [nextUser++, nextUser++];
    const invite = { ...groupInviteCreatedEvent.example, conversationId, ev: 4, inviteeIds: [me, other] };
    const first = randomUUID();
    await publish(groupInviteCreatedEvent, invite, first);
    await publish(groupInviteCreatedEvent, invite, first);
    await publish(groupInviteCreatedEvent, { ...invite, inviteeIds: [me] });
    // Taken out and added again: that is another time.
    await publish(groupInviteCreatedEvent, { ...invite, ev: 9, inviteeIds: [me] });
    const mine = await stored(me, 2);
    expect(mine[0]).toMatchObject({
      type: 'group_invite',
      title: 'alice in Team A',
      content: 'alice has added you to Team A',
      related_id: conversationId,
    });
    await stored(other, 1);
  });

  it('say where it is also when the group has no name', async () => {
    const me = nextUser++;
    const nameless = { ...groupInviteCreatedEvent.example, conversationName: null, inviteeIds: [me] };
    await publish(groupInviteCreatedEvent, { ...nameless, conversationId });
    expect((await stored(me, 1))[0]).toMatchObject({ content: 'alice has added you to a group' });
  });

  it('tell who is asked, and who has asked, however often the event comes', async () => {
    const [asker, asked] = [nextUser++, nextUser++];
    const request = {
      ...requestCreatedEvent.example,
      conversationId,
      initiatorId: asker,
      addresseeId: asked,
    };
    await Promise.all([1, 2, 3].map(() => publish(requestCreatedEvent, request)));
    const [told] = await stored(asked, 1);
    expect(told).toMatchObject({
      type: 'request',
      content: 'alice wants to write to you',
      related_id: conversationId,
    });
    const answer = {
      ...requestAcceptedEvent.example,
      conversationId,
      initiatorId: asker,
      acceptedBy: asked,
    };
    await Promise.all([1, 2].map(() => publish(requestAcceptedEvent, answer)));
    const [heard] = await stored(asker, 1);
    expect(heard).toMatchObject({ type: 'request', content: 'bob has accepted your request' });
    expect(await list(asked)).toHaveLength(1);
  });
});
