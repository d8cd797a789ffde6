import { Matches } from 'class-validator';

export const IsRoleName = (): PropertyDecorator =>
  Matches(/^[a-z][a-z0-9-]{1,30}$/, {
    message: '$property must be 2 to 31 small letters, digits or dashes, a letter first',
  });
