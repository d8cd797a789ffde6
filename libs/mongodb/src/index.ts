// Before anything with decorators, whoever is imported first.
import 'reflect-metadata';

export { DATABASE, MongodbModule, type MongodbOptions } from './mongodb.module';
export { batchReader, type BatchRead } from './reads/read-batch';
