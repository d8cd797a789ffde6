import { Transform } from 'class-transformer';
import { IsEmail, IsString, Length, MaxLength, MinLength } from 'class-validator';
import { all } from '../core/fields';

const text = (change: (value: string) => string) =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? change(value) : value));

/** Without spaces around it. */
export const trimmed = () => text((value) => value.trim());

/** The same characters are the same password, however the keyboard put them together. */
export const composed = () => text((value) => value.normalize('NFKC'));

/** A password that is chosen. */
export const IsNewPassword = (): PropertyDecorator => all(composed(), Length(8, 128), IsString());

/** A password that is to be the one that was chosen. */
export const IsPassword = (): PropertyDecorator => all(composed(), MaxLength(128), MinLength(1), IsString());

export const IsEmailAddress = (): PropertyDecorator =>
  all(
    text((value) => value.trim().normalize('NFC')),
    MaxLength(255),
    IsEmail({}, { message: '$property must be an email address' }),
  );
