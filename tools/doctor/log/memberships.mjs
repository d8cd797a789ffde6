/** Who is in the conversation, and since when, is what the changes in the log say. */
export function memberships({ conversation, memberships: stored, settled }, changes) {
  return {
    message() {},
    end() {
      if (!conversation) return [];
      const { end } = changes;
      const moves = changes.moves();
      const beginners = changes.beginners(conversation.participants);
      const everybody = new Set([...beginners, ...moves.keys()]);
      const problems = stored
        .filter(({ user_id }) => !everybody.has(user_id))
        .map(({ user_id }) => ({
          problem: `user ${user_id} has a membership, and was never let in`,
          isDoubtful: true,
        }));
      const byUser = new Map(stored.map((membership) => [membership.user_id, membership]));
      for (const userId of everybody) {
        const history = [
          ...(beginners.includes(userId)
            ? [{ active: true, ev: 0, seq: 0, at: conversation.created_at }]
            : []),
          ...(moves.get(userId) ?? []),
        ];
        if (history.at(-1)?.active && end)
          history.push({ active: false, ev: end.ev, at: end.at, isEnd: true });
        problems.push(...problemsOf(userId, byUser.get(userId), history, settled));
      }
      return problems;
    },
  };
}

function problemsOf(userId, stored, history, settled) {
  const should = history.findLast(({ at, ev }) => at <= settled || ev === 0);
  const repair = { kind: 'membership', userId, seen: stored, history };
  if (!stored) return should ? [{ problem: `user ${userId} has no membership`, repair }] : [];
  const made = history.find(({ ev }) => ev === stored.ev);
  if (!made)
    return [
      { problem: `the membership of user ${userId} is of a change that the log does not have`, repair },
    ];
  if (should && stored.ev < should.ev)
    return [{ problem: `the membership of user ${userId} is behind the log`, repair }];
  if (stored.active === made.active && (!made.active || stored.joined_seq === made.seq)) return [];
  const what = stored.active === made.active ? 'begins at another message than' : 'is not what';
  return [{ problem: `the membership of user ${userId} ${what} the log says`, repair }];
}
