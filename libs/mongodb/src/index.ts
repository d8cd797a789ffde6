// Before anything with decorators, whoever is imported first.
import 'reflect-metadata';

export { DEADLINE } from './deadline';
export { DATABASE, MongodbModule, type MongodbOptions } from './mongodb.module';
