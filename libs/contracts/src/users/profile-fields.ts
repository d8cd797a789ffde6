import { Transform } from 'class-transformer';
import { IsString, IsUrl, Length, Matches, MaxLength } from 'class-validator';
import { all } from '../core/fields';

const trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

/** Names go into one line of text everywhere, and PostgreSQL cannot store a NUL. */
export const IsPlain = (): PropertyDecorator =>
  Matches(/^\P{Cc}*$/u, { message: '$property must not contain control characters' });

/** The decorator that stands first is what the refusal speaks of; each field of a profile has one rule, wherever it is sent. */
export const IsUsername = (): PropertyDecorator =>
  all(
    trimmed(),
    Matches(/^[\p{L}\p{N}._-]{3,50}$/u, {
      message: '$property must be 3 to 50 letters, digits, dots, dashes or underscores',
    }),
    // `deleted-7` is what is left of user 7.
    Matches(/^(?!deleted-\d+$)/i, { message: '$property is not available' }),
  );

export const IsFullName = (): PropertyDecorator => all(trimmed(), IsPlain(), Length(1, 100), IsString());

export const IsAvatarUrl = (): PropertyDecorator =>
  all(
    MaxLength(2_048),
    IsPlain(),
    IsUrl({ protocols: ['http', 'https'], require_tld: false, require_protocol: true }),
  );

export const IsPhone = (): PropertyDecorator =>
  Matches(/^\+?[0-9 ()-]{5,20}$/, { message: '$property must be a phone number' });
