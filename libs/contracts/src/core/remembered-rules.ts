import { getMetadataStorage } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata';

/**
 * class-validator gathers the rules of a class anew for each object that it checks, from those of all classes there are; with
 * hundreds of classes that takes longer than the rules themselves. Here they are gathered once: a class has all its decorators
 * before there is an object of it. A sync that names 500 conversations is 500 such objects, and so is a page of messages that is judged.
 */
export function rememberRules(): void {
  const storage = getMetadataStorage();
  const gather = storage.getTargetValidationMetadatas.bind(storage);
  const known = new Map<unknown, ValidationMetadata[]>();
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    if (schema || always || strictGroups || groups?.length)
      return gather(target, schema, always, strictGroups, groups);
    const rules = known.get(target) ?? gather(target, schema, always, strictGroups, groups);
    known.set(target, rules);
    return rules;
  };
}
