import type { Principal } from '@app/platform';

/** By the database, not by the token: roles are read anew with each request. */
export const isAdmin = ({ roles }: Principal): boolean => roles.includes('admin');
