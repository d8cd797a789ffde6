/*
 * The yardstick: what Socket.IO itself does on this machine with the same events and the same bytes, when nothing is
 * checked, stored or published. Stock server, stock settings. Never more than a yardstick: a message that it acked
 * is gone with the process.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const chat = new Server(http).of('/chat');
/** @type {Map<string, number>} newest `seq` by conversation */
const newest = new Map();

const newId = () => randomBytes(12).toString('hex');
/** The user id of an access token, unverified. */
const userOf = (token) =>
  Number(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8')).sub);

chat.on('connection', (socket) => {
  const userId = userOf(socket.handshake.auth.token);
  socket.join(`user:${userId}`);

  socket.on('conversation:create', ({ name, participantIds }, ack) => {
    const conversation = { _id: newId(), type: 'group', name, participants: [userId, ...participantIds] };
    newest.set(conversation._id, 0);
    for (const id of conversation.participants) chat.in(`user:${id}`).socketsJoin(conversation._id);
    ack({ ok: true, data: conversation });
  });

  socket.on('conversation:join', ({ conversationId }, ack) => {
    ack({ ok: true, data: { lastSeq: newest.get(conversationId) } });
  });

  socket.on('message:send', ({ conversationId, content, clientId }, ack) => {
    const seq = newest.get(conversationId) + 1;
    newest.set(conversationId, seq);
    const message = messageOf(conversationId, seq, userId, clientId, content);
    ack({ ok: true, data: message });
    chat.to(conversationId).emit('message:created', message);
  });
});

/** As long on the wire as a message of the system under test. */
function messageOf(conversationId, seq, userId, clientId, content) {
  const now = new Date().toISOString();
  return {
    _id: newId(),
    conversation_id: conversationId,
    seq,
    ev: seq,
    sender_id: userId,
    clientId,
    content,
    type: 'text',
    attachments: [],
    reply_to: null,
    status: 'sent',
    seen_by: [],
    delivery_info: [],
    edited_at: null,
    deleted_at: null,
    created_at: now,
    updated_at: now,
  };
}

http.listen(0, '127.0.0.1', () => process.send({ port: http.address().port }));
process.once('disconnect', () => process.exit());
