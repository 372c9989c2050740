import type { PlainService, Service, StoreService } from '../types.ts';

/** Gives a service's routes, reactions and tasks the types of what they are handed. */
export function defineService(service: StoreService): StoreService;
export function defineService(service: PlainService): PlainService;
export function defineService(service: Service): Service {
  return service;
}

export function hasStore(service: Service): service is StoreService {
  return 'streams' in service;
}
