/** Where a definition does not hold: a JSON pointer into it. */
export interface DefinitionFault {
  pointer: string;
  detail: string;
}

export class InvalidDefinition extends Error {
  override name = 'InvalidDefinition';
  readonly faults: readonly DefinitionFault[];
  constructor(faults: readonly DefinitionFault[]) {
    super(faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '));
    this.faults = faults;
  }
}
