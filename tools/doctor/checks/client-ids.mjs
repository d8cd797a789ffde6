/** A message exists once, however often it is sent: one per (conversation, sender, clientId). */
export const clientIds = {
  store: 'chat',
  titles: { clientIds: 'messages are stored once' },
  async look({ stores: { chat }, report, progress }) {
    let looked = 0;
    let last;
    const sorted = [
      { $match: { clientId: { $exists: true } } },
      { $sort: { conversation_id: 1, sender_id: 1, clientId: 1 } },
      { $project: { conversation_id: 1, sender_id: 1, clientId: 1, seq: 1 } },
    ];
    for await (const message of chat.db.collection('messages').aggregate(sorted, { allowDiskUse: true })) {
      if (last && isSame(last, message))
        report({
          check: 'clientIds',
          subject: message.conversation_id.toHexString(),
          problem: `user ${message.sender_id} has one message twice: seq ${last.seq} and ${message.seq}`,
        });
      last = message;
      progress(`${++looked} messages`);
    }
    return { clientIds: looked };
  },
};

const isSame = (a, b) =>
  a.clientId === b.clientId && a.sender_id === b.sender_id && a.conversation_id.equals(b.conversation_id);
