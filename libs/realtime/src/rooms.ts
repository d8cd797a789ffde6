/** Names of Socket.IO rooms. Clients cannot name rooms; only these functions make them. */
export const rooms = {
  /** All sockets of a user, on all devices and instances. */
  user: (userId: number) => `user:${userId}`,
  /** The sockets that belong to a session; closed when it ends. */
  session: (sessionId: string) => `session:${sessionId}`,
};
