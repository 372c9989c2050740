export { obtainStack } from './obtain.ts';
export { freePort, type PortUse, portFromEnv, serverPorts } from './ports.ts';
export { removeStackFolder } from './postgres/elsewhere.ts';
export { dabbaDir } from './prepare/folders.ts';
export { acquireLock, type Lock, type LockOptions } from './process/lock.ts';
export { StackError } from './stack-error.ts';
export { startStack } from './start.ts';
export { type ServiceSpec, type Services, superviseServices } from './supervise.ts';
export type {
  PortName,
  ProcessName,
  ServerName,
  Stack,
  StackAddresses,
  StackOptions,
} from './types.ts';
