import { loadRegion } from '@dabba/contracts';

/** The two metros of a developer's machine. */
export const region = loadRegion({});
