import { Failure } from '../lib/failure.mjs';
import { call, connect, emit } from '../socket/client.mjs';
import { CONTACTS, CONVERSATIONS, PEOPLE, REQUESTS } from './plan.mjs';

/**
 * Brings the plan into a running system; what is there already is left alone.
 * @param {string} origin the gateway
 * @param {(line: string) => void} print
 */
export async function seed(origin, print) {
  /** @type {Map<string, any>} */
  const people = new Map();
  let registered = 0;
  for (const person of PEOPLE) {
    if (await register(origin, person)) registered += 1;
    people.set(person.username, await signIn(origin, person));
  }
  print(`✔ people: ${people.size} (${registered} new)`);
  let met = 0;
  for (const pair of CONTACTS) if (await makeContacts(origin, people, pair)) met += 1;
  for (const pair of REQUESTS) await request(origin, people, pair);
  print(`✔ contacts: ${CONTACTS.length} (${met} new)`);
  try {
    for (const person of people.values()) {
      person.socket = await connect(origin, '/chat', person.token, { transports: ['websocket'] });
    }
    for (const plan of CONVERSATIONS) await talk(people, plan, print);
  } finally {
    for (const person of people.values()) person.socket?.disconnect();
  }
  print(`Sign in as ${[...people.keys()].join(', ')}; the password is ${PEOPLE[0]?.password}`);
}

/** True when the account is new. */
async function register(origin, person) {
  try {
    await call(origin, 'POST', '/auth/register', { body: { ...person, confirmPassword: person.password } });
    return true;
  } catch (error) {
    if (error.code === 'CONFLICT') return false;
    throw error;
  }
}

async function signIn(origin, { username, password }) {
  try {
    const session = await call(origin, 'POST', '/auth/login', { body: { username, password } });
    return { username, id: session.user.user_id, token: session.accessToken };
  } catch (error) {
    if (error.code !== 'AUTH_INVALID') throw error;
    throw new Failure(
      `There is an account ${username} that is not ours: its password is another one.`,
      'Seed an empty system: npm start -- --fresh.',
    );
  }
}

/** True when they were none before. */
async function makeContacts(origin, people, pair) {
  const asked = await request(origin, people, pair);
  if (!asked) return false;
  const { token } = people.get(pair[1]);
  await call(origin, 'POST', `/contacts/requests/${asked.id}/accept`, { token });
  return true;
}

/** The request that waits now; null when the two are contacts. */
async function request(origin, people, [from, to]) {
  const { token } = people.get(from);
  try {
    return await call(origin, 'POST', '/contacts/requests', { token, body: { userId: people.get(to).id } });
  } catch (error) {
    if (error.code === 'CONFLICT') return null;
    throw error;
  }
}

/** One conversation, and what is said in it, one after the other: that is the order of the history. */
async function talk(people, { key, name, people: members, type, texts }, print) {
  const [starter, ...others] = members.map((username) => people.get(username));
  const conversation =
    (type === 'group' && (await findGroup(starter, name, members.length))) ||
    (await emit(starter.socket, 'conversation:create', {
      type,
      ...(name && { name }),
      participantIds: others.map(({ id }) => id),
    }));
  // They are contacts; the chat may not have heard of it yet.
  if (conversation.status === 'pending')
    await emit(others[0].socket, 'conversation:accept', { conversationId: conversation._id });
  let said = 0;
  let last;
  for (const [index, [sender, content]] of texts.entries()) {
    last = await emit(people.get(sender).socket, 'message:send', {
      conversationId: conversation._id,
      content,
      // The same one each time: a repeat finds the first one.
      clientId: `seed-${key}-${index}`,
    });
    if (!last.duplicate) said += 1;
  }
  // The starter has read all of it; the others have something unread to look at.
  if (last) await emit(starter.socket, 'message:read', { messageId: last._id });
  print(`✔ ${name ?? members.join(' and ')}: ${texts.length} messages (${said} new)`);
}

/** The group that an earlier run has made: made by the same person, of the same name and size. */
async function findGroup({ id, socket }, name, size) {
  for (let skip = 0; ; skip += 100) {
    const page = await emit(socket, 'conversation:list', { limit: 100, skip });
    const found = page.find(
      (group) =>
        group.type === 'group' &&
        group.name === name &&
        group.admin_id === id &&
        group.participants.length === size,
    );
    if (found || page.length < 100) return found;
  }
}
