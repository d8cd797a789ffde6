import { connectAll } from '../load/member.mjs';
import { Conversation } from './conversation.mjs';
import { Returner } from './returner.mjs';

const WRITERS = 20;
const AT_ONCE = 20;

/** How many accounts it takes. @param {number} clients */
export const accountsNeeded = (clients) => clients + WRITERS;

/**
 * Clients who will go away and come back, each in several groups with ever other people, and a few who stay and write. Nobody
 * is connected yet but those who write.
 * @param {{ clients: number, conversations: number, group: number }} options
 * @param {{ host: string, port: number }} target where those are who write
 */
export async function gather({ clients, conversations, group }, accounts, target) {
  const writerAccounts = accounts.slice(0, WRITERS);
  const sockets = await connectAll(target, writerAccounts);
  const returners = accounts.slice(WRITERS, WRITERS + clients).map((account) => new Returner(account));
  const groups = Array.from({ length: conversations }, () => inGroups(shuffled(returners), group)).flat();
  const created = new Array(groups.length);
  await eachOf(groups, AT_ONCE, async (members, index) => {
    const socket = sockets[index % sockets.length];
    const { _id: id } = await socket.request('conversation:create', {
      name: `resume ${index + 1}`,
      participantIds: members.map(({ userId }) => userId),
    });
    created[index] = new Conversation(id, socket);
    for (const member of members) member.enter(id);
  });
  return {
    returners,
    conversations: created,
    close: () => [...sockets, ...returners].forEach((one) => one.close()),
  };
}

/** Does the same with each, so many at a time. */
export async function eachOf(all, atOnce, act) {
  let next = 0;
  const worker = async () => {
    while (next < all.length) {
      const index = next++;
      await act(all[index], index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
}

const inGroups = (people, size) =>
  Array.from({ length: people.length / size }, (_, index) => people.slice(index * size, (index + 1) * size));

function shuffled(all) {
  return all
    .map((one) => ({ one, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}
