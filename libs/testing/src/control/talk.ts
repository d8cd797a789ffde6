import { setTimeout as delay } from 'node:timers/promises';
import type { Arena } from './arena';
import { connect, gather, type Sender } from './people';

/** People who are connected, evenly in so many groups. */
export async function meet(
  arena: Arena,
  { people, groups }: { people: number; groups: number },
): Promise<{ senders: Sender[]; groupIds: string[] }> {
  const identities = await gather(arena, people);
  const senders = await Promise.all(identities.map((identity, index) => connect(arena, identity, index)));
  const groupIds = await Promise.all(
    senders.slice(0, groups).map((admin, group) => {
      const others = identities.filter((_, index) => index % groups === group && index !== group);
      return admin.makeGroup(others.map(({ id }) => id));
    }),
  );
  return { senders, groupIds };
}

/** Everybody says one thing after the other, each when the one before is acked, until `work` is done. Answers how many were acked. */
export async function talkWhile(
  { senders, groupIds }: { senders: Sender[]; groupIds: string[] },
  pauseMs: number,
  work: Promise<void>,
): Promise<number> {
  const over = new AbortController();
  const ended = work.finally(() => over.abort());
  const talk = async (sender: Sender, conversationId: string) => {
    for (let n = 1; !over.signal.aborted; n++) {
      const clientId = `${sender.identity.id}-${n}`;
      await sender.say({ conversationId, clientId, content: `message ${clientId}` });
      await delay(pauseMs);
    }
  };
  await Promise.all([
    ended,
    ...senders.map((sender, index) => talk(sender, groupIds[index % groupIds.length]!)),
  ]);
  return senders.reduce((sum, { acked }) => sum + acked, 0);
}
