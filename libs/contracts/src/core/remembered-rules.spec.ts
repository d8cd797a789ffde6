import { getMetadataStorage, IsInt, IsString } from 'class-validator';
import { expect, it } from 'vitest';
import { parse } from './validation';

class Base {
  @IsInt()
  id!: number;
}

class Extended extends Base {
  @IsString()
  name!: string;
}

const rulesOf = (type: typeof Base) =>
  getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);

it('gathers the rules of a class once, its own and those that it inherits, for each class apart', () => {
  expect(rulesOf(Extended)).toBe(rulesOf(Extended));
  expect(rulesOf(Extended).map(({ propertyName }) => propertyName)).toEqual(['name', 'id']);
  expect(rulesOf(Base).map(({ propertyName }) => propertyName)).toEqual(['id']);
  expect(() => parse(Extended, { id: 1, name: 2 })).toThrow('name must be a string');
});
