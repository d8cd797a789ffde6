/** Lists are ordered, and unread conversations found, by where the document says that the conversation ends. */
export function activity({ conversation, settled }) {
  let last;
  let lastSettled;
  let lastEv = 0;
  return {
    message(message) {
      last = message;
      lastEv = Math.max(lastEv, message.ev);
      if (message.created_at <= settled) lastSettled = message;
    },
    end() {
      if (!conversation || !last) return [];
      const { last_seq, last_told, last_ev, last_activity_at } = conversation;
      const repair = {
        kind: 'activity',
        seen: { last_seq, last_told, last_ev, last_activity_at },
        set: {
          last_seq: last.seq,
          last_told: last.told,
          last_ev: last.ev,
          last_activity_at: new Date(Math.max(last.created_at, conversation.created_at)),
        },
      };
      const behind =
        lastSettled &&
        (last_seq < lastSettled.seq ||
          last_told < lastSettled.told ||
          last_ev < (lastSettled.evs[0] ?? 0) ||
          last_activity_at < lastSettled.created_at);
      if (behind) return [{ problem: 'the list of conversations does not know the last message', repair }];
      const ahead =
        last_seq > last.seq ||
        last_told > last.told ||
        last_ev > lastEv ||
        last_activity_at > Math.max(last.created_at, conversation.created_at);
      return ahead
        ? [{ problem: 'the list of conversations knows a message that the log does not have', repair }]
        : [];
    },
  };
}
