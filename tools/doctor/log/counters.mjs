const NAMED = 10;

/**
 * What each message says of the conversation up to itself: how many messages of people there are (`told`, from which all that
 * is unread follows), which change of the conversation was the last one, and, in the latest change, where all ends.
 */
export function counters() {
  const problems = [];
  let told = 0;
  let control = 0;
  let seq = 0;
  let head = { ev: 0 };
  const expect = (message, field, value) => {
    if (message[field] !== value && problems.length < NAMED)
      problems.push({
        problem: `${field} of seq ${message.seq} is ${message[field]}, and should be ${value}`,
      });
  };
  return {
    message(message) {
      const isControl = message.type === 'system';
      if (!isControl) told++;
      expect(message, 'told', told);
      if (isControl) {
        expect(message, 'prev_control_ev', control);
        control = message.evs[0] ?? 0;
      }
      if (message.evs.length === 1) {
        expect(message, 'control_ev', control);
        expect(message, 'head_seq', message.seq);
        expect(message, 'head_told', told);
      }
      seq = message.seq;
      if (message.ev > head.ev) head = message;
    },
    end() {
      // The others were looked at when they came by.
      if (head.ev === 0 || head.evs.length === 1) return problems;
      expect(head, 'head_seq', seq);
      expect(head, 'head_told', told);
      expect(head, 'control_ev', control);
      return problems;
    },
  };
}
