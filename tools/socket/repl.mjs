import { createInterface } from 'node:readline/promises';
import { messageOf } from '../lib/failure.mjs';
import { call, connect, emit } from './client.mjs';

const COMMANDS = `
  /list                       your conversations
  /new <name> <userId> …      start a group with these users
  /open <number|id>           choose the conversation that lines go to
  /history [n]                the newest messages of it
  /emit <event> <json>        any event of /ws-docs, with any payload
  /help, /quit
Anything else is sent as a message.`;

/** A chat on the terminal: lines go out as messages, everything that comes in is printed. */
export async function repl(origin, { user, password }, print) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  // From here on no line is missed, also when they come from a file.
  const lines = terminal[Symbol.asyncIterator]();
  const show = (text) => {
    process.stdout.write('\r\x1b[K');
    print(text);
    terminal.prompt(true);
  };
  const name = user ?? (await terminal.question('Username or email: '));
  const secret = password ?? (await terminal.question('Password: '));
  const body = { [name.includes('@') ? 'email' : 'username']: name, password: secret };
  const session = await call(origin, 'POST', '/auth/login', { body });
  const chat = await connect(origin, '/chat', session.accessToken);
  const bell = await connect(origin, '/notifications', session.accessToken);
  for (const socket of [chat, bell]) {
    socket.onAny((event, payload) => show(`← ${event} ${JSON.stringify(payload)}`));
    socket.on('disconnect', (reason) => show(`-- disconnected: ${reason}`));
    socket.io.on('reconnect', () => show('-- connected again'));
  }
  print(`Signed in as ${session.user.username} (user ${session.user.user_id}).${COMMANDS}`);

  const state = { list: [], conversationId: '' };
  terminal.prompt();
  for await (const line of lines) {
    if (line.trim() === '/quit') break;
    try {
      if (line.trim() !== '') await obey(line.trim(), chat, state, print);
    } catch (error) {
      print(messageOf(error));
    }
    terminal.prompt();
  }
  terminal.close();
  for (const socket of [chat, bell]) socket.off('disconnect');
  chat.disconnect();
  bell.disconnect();
}

async function obey(line, chat, state, print) {
  const [command, ...words] = line.split(/\s+/);
  const json = (value) => print(JSON.stringify(value, null, 2));
  if (command === '/help') return print(COMMANDS);
  if (command === '/list') {
    state.list = await emit(chat, 'conversation:list', {});
    return state.list.forEach(({ _id, name, type, unread }, index) =>
      print(`${index + 1}  ${_id}  ${name ?? type}  ${unread} unread`),
    );
  }
  if (command === '/new') {
    const [name, ...ids] = words;
    const conversation = await emit(chat, 'conversation:create', { name, participantIds: ids.map(Number) });
    state.conversationId = conversation._id;
    return print(`Lines go to ${name} (${conversation._id}) now.`);
  }
  if (command === '/open') {
    state.conversationId = state.list[Number(words[0]) - 1]?._id ?? words[0] ?? '';
    return json(await emit(chat, 'conversation:join', { conversationId: state.conversationId }));
  }
  if (command === '/emit')
    return json(await emit(chat, words[0], JSON.parse(words.slice(1).join(' ') || '{}')));
  if (state.conversationId === '') return print('Choose a conversation first: /list and /open, or /new.');
  const { conversationId } = state;
  if (command === '/history') {
    const messages = await emit(chat, 'message:list', { conversationId, limit: Number(words[0] ?? 20) });
    return messages
      .reverse()
      .forEach(({ seq, sender_id, content }) => print(`${seq}  user ${sender_id}: ${content}`));
  }
  if (command.startsWith('/')) return print(`There is no ${command}.${COMMANDS}`);
  const sent = await emit(chat, 'message:send', {
    conversationId,
    content: line,
    clientId: `${process.pid}-${Date.now()}`,
  });
  return print(`→ message ${sent.seq} stored`);
}
