// Before anything with decorators, whoever is imported first.
import 'reflect-metadata';

export { DriverWatch, LostStoreError, type Watched } from './driver-watch';
export { DATABASE, MongodbModule, type MongodbOptions } from './mongodb.module';
export { DEADLINE } from './deadline';
