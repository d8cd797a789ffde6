import { isDeepStrictEqual } from 'node:util';
import { fromDist } from '../../lib/dist.mjs';

/** What the document of the conversation says is what its changes in the log have made of its beginning. */
export function projection({ conversation, settled }, changes) {
  return {
    message() {},
    end() {
      if (!conversation) return [{ problem: 'there are messages, and no document of the conversation' }];
      const { fieldsOf } = fromDist('apps/chat-service/src/conversations/conversation.repository.js');
      const known = conversation.state_ev ?? 0;
      const target = stateAt(conversation, changes, Infinity);
      const repair = {
        kind: 'conversation',
        seen: { state_ev: conversation.state_ev },
        set: fieldsOf(target),
      };
      if (known !== 0 && !changes.list.some(({ ev }) => ev === known))
        return [
          {
            problem: 'the document is of a change that the log does not have',
            detail: `state_ev ${known}`,
            repair,
          },
        ];
      if (known < changes.lastBefore(settled)) {
        const detail = `state_ev ${known}, and the log has ${changes.list.at(-1)?.ev}`;
        return [{ problem: 'the document is behind the log', detail, repair }];
      }
      const expected = fieldsOf(stateAt(conversation, changes, known));
      const wrong = Object.keys(expected).filter((name) => !isSame(conversation[name], expected[name]));
      if (wrong.length === 0) return [];
      return [{ problem: `the document is not what the log says: ${wrong.join(', ')}`, repair }];
    },
  };
}

const isSame = (stored, expected) => isDeepStrictEqual(stored ?? null, expected ?? null);

/** The conversation after its change `ev`: what no change has touched is as the document has it. */
function stateAt(conversation, changes, ev) {
  const { toState } = fromDist('apps/chat-service/src/conversations/conversation.repository.js');
  const { applyControl } = fromDist('apps/chat-service/src/conversations/state/apply-control.js');
  const now = toState(conversation);
  const answered = changes.list.some(({ system }) => system.action.startsWith('request-'));
  const beginning = {
    ...now,
    participants: changes.beginners(conversation.participants),
    adminId: now.initiatorId,
    moderatorIds: [],
    disappearAfter: null,
    isDeleted: false,
    codeEv: 0,
    status: answered ? 'pending' : now.status,
    ev: 0,
  };
  return changes.list.filter((change) => change.ev <= ev).reduce(applyControl, beginning);
}
