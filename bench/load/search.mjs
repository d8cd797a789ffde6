import { cpuSeconds } from '../run/usage.mjs';
import { Latencies } from './latencies.mjs';
import { connectAll } from './member.mjs';
import { fill, WORDS } from './search-data.mjs';

const ROUNDS = 5;

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
  const searches = [];
  for (const [index, who] of ['2,000 conversations', '50 conversations', '1 conversation'].entries())
    for (const [what, input] of Object.entries(QUERIES))
      searches.push(new Search(who, what, sockets[index], await pageOf(sockets[index], input), pids));
  // In turns, so that what else the machine does meets all of them alike. The first round warms up.
  for (let round = 0; round <= ROUNDS; round++)
    for (const search of searches) await search.ask(Math.ceil(requests / ROUNDS), round > 0);
  await phase('measured');
  for (const socket of sockets) socket.close();
  return { ...data, searches: byPerson(searches) };
}

function byPerson(searches) {
  const summaries = {};
  for (const search of searches) (summaries[search.who] ??= {})[search.what] = search.summary();
  return summaries;
}

/** One question of one person, again and again. */
class Search {
  #latencies = new Latencies();
  #cpu = 0;
  #requests = 0;
  #found = 0;

  constructor(who, what, socket, page, pids) {
    Object.assign(this, { who, what, socket, page, pids });
  }

  async ask(times, isMeasured) {
    const before = this.#used();
    for (let request = 0; request < times; request++) {
      const startedAt = performance.now();
      this.#found = (await this.socket.request('message:search', this.page)).length;
      if (isMeasured) this.#latencies.add(performance.now() - startedAt);
    }
    if (!isMeasured) return;
    this.#requests += times;
    this.#cpu += this.#used() - before;
  }

  summary() {
    const cpuMs = (this.#cpu * 1_000) / this.#requests;
    return { found: this.#found, ...this.#latencies.summary(), cpuMs };
  }

  #used() {
    return this.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  }
}

async function pageOf(socket, { deep, ...input }) {
  const page = { ...input, limit: 20 };
  return deep ? { ...page, cursor: await cursorBehind(socket, page, 50) } : page;
}

/** The cursor of the page behind so many others. */
async function cursorBehind(socket, page, pages) {
  let cursor;
  for (let turned = 0; turned < pages; turned++)
    cursor = (await socket.ask('message:search', { ...page, cursor })).page.next;
  return cursor;
}
