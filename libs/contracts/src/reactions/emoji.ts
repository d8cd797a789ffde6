import { Matches, MaxLength } from 'class-validator';
import { all } from '../core/fields';

/** One emoji as Unicode (UTS 51) builds them: a keycap, a flag, or pictures with their colours, joined to one. */
const KEYCAP = '[0-9#*]\\uFE0F?\\u20E3';
const FLAG = '\\p{Regional_Indicator}{2}';
const PICTURE =
  '\\p{Extended_Pictographic}(?:\\p{Emoji_Modifier}|\\uFE0F)?(?:[\\u{E0020}-\\u{E007E}]{1,8}\\u{E007F})?';
const EMOJI = new RegExp(`^(?:${KEYCAP}|${FLAG}|${PICTURE}(?:\\u200D${PICTURE}){0,9})$`, 'u');

/** A single emoji. No words between colons: what they look like would be each client's own idea. */
export const IsEmoji = (): PropertyDecorator =>
  all(MaxLength(64), Matches(EMOJI, { message: '$property must be a single emoji' }));
