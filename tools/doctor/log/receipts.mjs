/** What is unread is a difference of numbers: the watermark must stand at a message and know its `told`. */
export function receipts({ receipts: stored }) {
  const bySeq = new Map();
  for (const receipt of stored) {
    const seq = receipt.read_seq ?? 0;
    if (seq > 0) bySeq.set(seq, [...(bySeq.get(seq) ?? []), receipt]);
  }
  const problems = [];
  let lastSeq = 0;
  return {
    message({ seq, told }) {
      lastSeq = seq;
      for (const { user_id, read_told, read_seq } of bySeq.get(seq) ?? []) {
        if (read_told === told) continue;
        problems.push({
          problem: `unread numbers of user ${user_id} do not add up`,
          detail: `read up to seq ${seq}, which is message ${told} of people, and not ${read_told}`,
          repair: {
            kind: 'receipt',
            userId: user_id,
            seen: { read_seq, read_told },
            set: { read_told: told },
          },
        });
      }
    },
    end() {
      for (const { user_id, read_seq = 0, delivered_seq = 0 } of stored) {
        if (Math.max(read_seq, delivered_seq) > lastSeq)
          problems.push({ problem: `user ${user_id} has come further than the last message` });
        else if (delivered_seq < read_seq)
          problems.push({
            problem: `user ${user_id} has read what was not delivered`,
            repair: {
              kind: 'receipt',
              userId: user_id,
              seen: { read_seq, delivered_seq },
              set: { delivered_seq: read_seq },
            },
          });
      }
      return problems;
    },
  };
}
