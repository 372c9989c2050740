import type { Metro } from '@dabba/contracts';

/** A fridge as its token names it: where it stands and who it is. */
export interface Device {
  fridgeId: string;
  metro: Metro;
}
