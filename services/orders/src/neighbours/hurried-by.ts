import { commits } from '@dabba/projections';

/** Whoever waits looks at once where one of these has brought something about, if it is this process that does. */
export function hurriedBy(...telling: readonly string[]): (lookNow: () => void) => void {
  return (lookNow) => {
    commits.on('batch', ({ consumer }) => {
      if (telling.includes(consumer)) lookNow();
    });
  };
}
