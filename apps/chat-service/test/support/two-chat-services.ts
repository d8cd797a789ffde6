import { messageCreated, sendMessage } from '@app/contracts';
import { eventually } from '@app/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import { ChatService, freshDatabase } from './chat-service';
import type { Person } from './people';
import { ownQueues } from './people-events';

export interface TwoChatServices {
  one: ChatService;
  two: ChatService;
  /** Somebody whose first device is at that instance. */
  at: (service: ChatService) => Promise<Person>;
}

/** Two instances of one service that hear each other, with one database, on the broker of the run. Call at the top level of the file. */
export function useTwoChatServices(settings: Record<string, string> = {}): () => TwoChatServices {
  const [broker, messaging] = ownQueues();
  let services: ChatService[] = [];
  const both = (): TwoChatServices => {
    const [one, two] = services;
    if (!one || !two) throw new Error('the chat services have not started');
    return { one, two, at: ({ origin }) => one.everybody.arrive(origin) };
  };
  beforeAll(async () => {
    const shared = { MONGODB_URI: freshDatabase(), ...broker, ...settings };
    const first = await ChatService.start({ ...shared, INSTANCE_ID: 'chat-1' }, messaging);
    const known = { USER_SERVICE_URL: first.userServiceUrl, INSTANCE_ID: 'chat-2' };
    services = [first, await ChatService.start({ ...shared, ...known }, messaging)];
    await haveMet(both());
  });
  afterAll(async () => {
    for (const service of services.reverse()) await service.stop();
  });
  return both;
}

/** Until they know each other, nothing that is not in the store reaches the other one. */
async function haveMet({ one, two, at }: TwoChatServices): Promise<void> {
  for (const [here, there] of [
    [one, two],
    [two, one],
  ] as const) {
    const [alice, bob] = [await at(here), await at(there)];
    const { _id: conversationId } = await alice.group(bob);
    await eventually(
      () => alice.emit(sendMessage, { conversationId, content: 'do you hear me?' }),
      () => expect(bob.chat.received(messageCreated)).not.toEqual([]),
    );
  }
}
