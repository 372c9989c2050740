import type { Metro } from '@dabba/contracts';

/** When cold food is no longer safe. Celsius and milliseconds. */
export interface ColdRules {
  /** Air above it is too warm. */
  limit: number;
  /** Time above the limit, without having recovered, after which food is spoiled. */
  warm: number;
  /** Time within the limit after which earlier warm time no longer counts. */
  recovery: number;
  /** From the beginning of a restock warm air is tolerated for so long. */
  grace: number;
  /** Without a temperature for so long, a sensor is silent. */
  silence: number;
}

/**
 * FDA Food Code 4-204.111: above 41 °F (5 °C) for no more than 30 minutes, and that after filling or servicing.
 * States differ (Nevada 40 °F, Minnesota 45 °F): `coldChain` of the metro in deploy/regions.
 */
const usual = { limit: 5, warm: 30, recovery: 10, grace: 30, silence: 10 };

export function coldRulesOf({ coldChain = {} }: Pick<Metro, 'coldChain'>): ColdRules {
  const { limit, warm, recovery, grace, silence } = { ...usual, ...coldChain };
  const minutes = 60_000;
  return {
    limit,
    warm: warm * minutes,
    recovery: recovery * minutes,
    grace: grace * minutes,
    silence: silence * minutes,
  };
}
