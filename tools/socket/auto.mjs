import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { call, connect, emit } from './client.mjs';

const PASSWORD = 'correct horse battery staple';
const WAIT_MS = 10_000;

/** Two people who did not exist a second ago send each other a message, over each transport; prints each step. */
export async function autoTest(origin, print) {
  const step = async (title, action) => {
    const startedAt = performance.now();
    const result = await action();
    print(`✔ ${title} (${Math.round(performance.now() - startedAt)} ms)`);
    return result;
  };
  const [alice, bob] = await step('two accounts registered and signed in', () =>
    Promise.all(['alice', 'bob'].map(signUp(origin))),
  );
  for (const [title, options] of Object.entries({
    'default transports': {},
    'websocket only': { transports: ['websocket'] },
  })) {
    const sockets = await step(`/chat connected, ${title}`, () =>
      Promise.all([alice, bob].map((person) => connect(origin, '/chat', person.token, options))),
    );
    await step('a message sent, acked and received', () => exchange(...sockets, bob.id));
    for (const socket of sockets) socket.disconnect();
  }
  const bell = await step('/notifications connected', () => connect(origin, '/notifications', bob.token));
  bell.disconnect();
}

const signUp = (origin) => async (name) => {
  const username = `${name}-${randomBytes(4).toString('hex')}`;
  const body = { username, email: `${username}@example.com`, password: PASSWORD };
  const user = await call(origin, 'POST', '/auth/register', { body });
  const session = await call(origin, 'POST', '/auth/login', { body: { username, password: PASSWORD } });
  return { id: user.user_id, token: session.accessToken };
};

async function exchange(sender, receiver, receiverId) {
  const conversation = await emit(sender, 'conversation:create', {
    name: 'Socket test',
    participantIds: [receiverId],
  });
  const arrival = once(receiver, 'message:created', { signal: AbortSignal.timeout(WAIT_MS) });
  const sent = await emit(sender, 'message:send', {
    conversationId: conversation._id,
    content: 'Hello!',
    clientId: 'first',
  });
  const [received] = await arrival;
  if (received._id !== sent._id) throw new Error(`sent ${sent._id}, received ${JSON.stringify(received)}`);
}
