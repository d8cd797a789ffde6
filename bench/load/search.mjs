import { cpuSeconds } from '../run/usage.mjs';
import { Latencies } from './latencies.mjs';
import { connectAll } from './member.mjs';
import { fill, WORDS } from './search-data.mjs';

const WARM_UP = 20;

/** What is asked: a blank behind the last word says that it is whole. */
const QUERIES = {
  'rare word': { query: `${WORDS.rare} ` },
  'word in 70 %': { query: `${WORDS.common} ` },
  'its beginning': { query: WORDS.common.slice(0, 6) },
  'two words': { query: `${WORDS.common} ${WORDS.middling} ` },
  'word in 70 %, 50 pages on': { query: `${WORDS.common} `, deep: true },
  'word that is nowhere': { query: 'zyzzyva ' },
};

/** One search after the other, by people in one, in 50 and in 2,000 conversations. */
export async function search({ target, accounts, chatDbUrl, pids, requests, phase }) {
  const [all, some, one, other] = accounts;
  const sockets = await connectAll(target, [all, some, one]);
  const [owner] = sockets;
  const models = [];
  for (const members of [[some, one], [some], [other]]) {
    const participantIds = members.map(({ userId }) => userId);
    const { _id } = await owner.request('conversation:create', { name: 'bench', participantIds });
    await owner.request('message:send', { conversationId: _id, content: 'a first one' });
    models.push(_id);
  }
  const data = await fill(chatDbUrl, models);
  await phase('measure');
  const searches = {};
  for (const [index, who] of ['2,000 conversations', '50 conversations', '1 conversation'].entries()) {
    searches[who] = {};
    for (const [what, input] of Object.entries(QUERIES))
      searches[who][what] = await ask(sockets[index], input, requests, pids);
  }
  await phase('measured');
  for (const socket of sockets) socket.close();
  return { ...data, searches };
}

async function ask(socket, { deep, ...input }, requests, pids) {
  const page = { ...input, limit: 20 };
  if (deep) page.cursor = await cursorBehind(socket, page, 50);
  const latencies = new Latencies();
  const used = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  let before = 0;
  let found = 0;
  for (let request = -WARM_UP; request < requests; request++) {
    if (request === 0) before = used();
    const startedAt = performance.now();
    found = (await socket.request('message:search', page)).length;
    if (request >= 0) latencies.add(performance.now() - startedAt);
  }
  return { found, ...latencies.summary(), cpuMs: ((used() - before) * 1_000) / requests };
}

/** The cursor of the page behind so many others. */
async function cursorBehind(socket, page, pages) {
  let cursor;
  for (let turned = 0; turned < pages; turned++)
    cursor = (await socket.ask('message:search', { ...page, cursor })).page.next;
  return cursor;
}
