import { Failure, messageOf } from '../lib/failure.mjs';

const PASSWORD = 'demo-password-1';
const CREATED = [200, 201];
const TAKEN = 409;

/** The people that every fresh system knows. */
export const DEMO_ACCOUNTS = ['alice', 'bob'].map((username) => ({
  username,
  email: `${username}@example.com`,
  password: PASSWORD,
}));

/** Registers the demo accounts unless they are there. @param {string} gatewayUrl */
export async function seedDemoAccounts(gatewayUrl) {
  for (const account of DEMO_ACCOUNTS) {
    const fullName = `${account.username.slice(0, 1).toUpperCase()}${account.username.slice(1)} Demo`;
    const body = JSON.stringify({ ...account, confirmPassword: account.password, fullName });
    const headers = { 'content-type': 'application/json' };
    const url = `${gatewayUrl}/auth/register`;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(10_000),
      });
      const answer = await response.text();
      if (response.status === TAKEN || CREATED.includes(response.status)) continue;
      throw new Error(`POST /auth/register answered ${response.status}: ${answer}`);
    } catch (error) {
      const advice = 'The lines of user-1 and gateway-1 above say why; `npm start -- --fresh` starts over.';
      throw new Failure(`The demo account ${account.username} cannot be made: ${messageOf(error)}`, advice);
    }
  }
}

/** Sends a first message, when pasted into a second terminal in the project's folder. @param {string} gatewayUrl */
export function firstMessage(gatewayUrl) {
  return `node --input-type=module <<'END'
import { io } from 'socket.io-client';

const gateway = '${gatewayUrl}';
const login = async (username) => {
  const body = JSON.stringify({ username, password: '${PASSWORD}' });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(gateway + '/auth/login', { method: 'POST', headers, body });
  return (await response.json()).data;
};
const connect = ({ accessToken }) => io(gateway + '/chat', { auth: { token: accessToken } });

const [alice, bob] = [await login('alice'), await login('bob')];
const [from, to] = [connect(alice), connect(bob)];
await new Promise((resolve) => to.once('connect', resolve));
const received = new Promise((resolve) => to.once('message:created', resolve));
const conversation = await from.emitWithAck('conversation:create', { name: 'Hello', participantIds: [bob.user.user_id] });
const content = 'Hello Bob, this is Alice.';
await from.emitWithAck('message:send', { conversationId: conversation.data._id, content });
console.log('Bob received:', await received);
from.close();
to.close();
END`;
}
