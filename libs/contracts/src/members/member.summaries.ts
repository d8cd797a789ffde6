/** The same over sockets and REST. */
export const MEMBERS = {
  list: 'Who is in a conversation, in the order of their ids; `page.next` is the `cursor` of the page that follows.',
  add: 'Make people members of a group or channel. For moderators and the admin. Nobody is added who blocks the caller, or whom the caller blocks.',
  remove:
    'Take somebody out of a group or channel: a moderator any plain member, the admin anybody else. Nothing behind the removal reaches them.',
  quit: 'Leave a group or channel for good. The admin hands over first (CONFLICT), unless nobody else is left: then the conversation ends. (`conversation:leave` closes it on one socket only.)',
  promote: 'Make a member a moderator. For the admin.',
  demote: 'Make a moderator a plain member again. For the admin, and for a moderator themself.',
  transfer: 'Make another member the admin. For the admin, who stays on as a moderator.',
} as const;
