import os from 'node:os';
import { drainNotifications } from './backlog.mjs';
import { connect, openStore } from './histories.mjs';
import { openSystem } from './place.mjs';
import { machine } from './report.mjs';
import { median } from './median.mjs';

export const MESSAGES = [10, 1_000, 100_000];
export const MEMBERS = [2, 100, 1_000];
const PAGE = 50;
const ROUNDS = 5;
const SAMPLES = 20;

/** What is measured. `bare` is the yardstick: the same page as `newest`, straight from the store's driver in this process. */
const OPERATIONS = {
  send: ({ sender, conversationId }) => sender.ask('message:send', { conversationId, content: 'one more' }),
  bare: ({ conversationId }, store) => store.page(conversationId, PAGE),
  newest: ({ reader, conversationId }) => reader.ask('message:list', { conversationId, limit: PAGE }),
  deep: ({ reader, conversationId, messages }) =>
    reader.ask('message:list', { conversationId, limit: PAGE, before: middleOf(messages + 2) }),
  around: ({ reader, conversationId, messages }) =>
    reader.ask('message:list', { conversationId, limit: PAGE, around: middleOf(messages) }),
  list: ({ reader }) => reader.ask('conversation:list', {}),
  unread: ({ reader }) => reader.ask('message:unread-count', {}),
};

const middleOf = (count) => String(Math.ceil(count / 2));

/**
 * How the cost of what clients do most grows with the length of a history and the number of members. Each conversation has a
 * reader of its own, who has read nothing, and a sender; one request at a time, straight to the chat service.
 * @param {{ say: (text: string) => void }} output
 */
export async function runGrowth({ say }) {
  const system = await openSystem({ chat: 1, idle: Math.max(...MEMBERS) + 50 }, say);
  const { target } = system.chat;
  try {
    say('filling the histories …');
    const store = await openStore(system.env.CHAT_DB_URL);
    const places = await openPlaces(system.accounts, target, store);
    const report = { machine: machine(), load: { before: os.loadavg() }, rows: [] };
    say('measuring while nobody has read …');
    const fresh = await measure(places, Object.keys(OPERATIONS), store, system.database);
    for (const { conversationId, memberIds, messages } of places)
      await store.readAll(conversationId, memberIds.slice(1), messages);
    say('measuring after everybody else has read everything …');
    const read = await measure(places, ['newest', 'deep'], store, system.database);
    report.load.after = os.loadavg();
    report.rows = places.map(({ messages, members }, index) => ({
      messages,
      members,
      medians: {
        ...medians(fresh[index]),
        newestRead: median(read[index].newest),
        deepRead: median(read[index].deep),
      },
    }));
    for (const { reader, sender } of places) [reader, sender].forEach((client) => client.close());
    await store.close();
    return { ...report, complaints: system.complaints };
  } finally {
    await system.close();
  }
}

/** One conversation for each length and size. The reader and the sender are in no other one; the rest is shared. */
async function openPlaces(accounts, target, store) {
  const own = accounts.slice(0, MESSAGES.length * MEMBERS.length * 2);
  const crowd = accounts.slice(own.length);
  const places = [];
  for (const messages of MESSAGES)
    for (const members of MEMBERS) {
      const pair = own.splice(0, 2);
      const all = [...pair, ...crowd.slice(0, members - 2)];
      const [reader, sender] = await Promise.all(pair.map((account) => connect(target, account)));
      const memberIds = all.map(({ userId }) => userId);
      const { _id } = await sender.ask('conversation:create', {
        name: `${messages} messages, ${members} members`,
        participantIds: memberIds.slice(0, 1).concat(memberIds.slice(2)),
      });
      await store.fill(_id, memberIds, messages);
      places.push({ conversationId: _id, memberIds, messages, members, reader, sender });
    }
  return places;
}

/** In turns, so that whatever else the machine does meets all of them alike. */
async function measure(places, names, store, database) {
  const times = places.map(() => Object.fromEntries(names.map((name) => [name, []])));
  for (let round = 0; round <= ROUNDS; round++)
    for (const name of names)
      for (const [index, place] of places.entries()) {
        const sampled = await sample(place, name, store, database);
        // The first round warms up.
        if (round > 0) times[index][name].push(...sampled);
      }
  return times;
}

async function sample(place, name, store, database) {
  const before = await database.notifications();
  const sampled = [];
  for (let count = 0; count < SAMPLES; count++) {
    const started = performance.now();
    await OPERATIONS[name](place, store);
    sampled.push(performance.now() - started);
  }
  // The notifications of a thousand members must not stand in the way of the next one.
  if (name === 'send') await drainNotifications(database, before, SAMPLES * (place.members - 1));
  return sampled;
}

const medians = (times) =>
  Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));

/** The report as a Markdown table, in milliseconds. */
export function tableOf({ rows }) {
  const names = Object.keys(rows[0].medians);
  const lines = rows.map(({ messages, members, medians: values }) =>
    [messages, members, ...names.map((name) => values[name].toFixed(2))].join(' | '),
  );
  return [
    ['messages', 'members', ...names].join(' | '),
    ['messages', 'members', ...names].map(() => '---').join(' | '),
    ...lines,
  ]
    .map((line) => `| ${line} |`)
    .join('\n');
}
