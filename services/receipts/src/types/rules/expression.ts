import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import type { Document } from '../parse.ts';

/** What an expression is given; `canonical` only in checks. CEL's whole numbers are bigints. */
export interface Facts {
  doc: Document;
  received: bigint;
  canonical?: Readonly<Record<string, string | bigint | null>>;
}

/** @throws where it does not hold for this document: a member that is missing, an amount that is none, too much work */
export type Expression = (facts: Facts) => unknown;

/** Not CEL, of another type, or one that could take too long; the message may be shown: an expression is no document. */
export class InvalidExpression extends Error {
  override name = 'InvalidExpression';
}

const deepestLoop = 2;
/** Values a rule with a loop within a loop may come by, all rounds together: less than half a second's work. */
const mostSteps = 300_000;
const loops = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** @param types it may be of, as CEL names them; what cannot be told before it runs (`dyn`) is accepted */
export function compileExpression(
  environment: Environment,
  text: string,
  types: readonly string[],
): Expression {
  const run = parsed(environment, text);
  const { valid, type, error } = run.check();
  if (!valid || type === undefined)
    throw new InvalidExpression(error?.message ?? 'It does not hold together.');
  if (type !== 'dyn' && !types.includes(type))
    throw new InvalidExpression(`It is ${type}, and has to be ${types.join(' or ')}.`);
  if (loopsIn(run.ast, 0) < 2) return run;
  return (facts) => {
    const size = valuesIn(facts.doc);
    let reads = 0;
    // The inner loop comes by `doc` in every round of the outer one.
    const counted = {
      ...facts,
      get doc() {
        if (++reads * size > mostSteps) throw new RangeError('The rule takes too long');
        return facts.doc;
      },
    };
    return run(counted);
  };
}

function parsed(environment: Environment, text: string) {
  try {
    return environment.parse(text);
  } catch (error) {
    throw new InvalidExpression(error instanceof Error ? error.message : String(error));
  }
}

/** How deep its loops are nested. CEL ends always; what is refused here makes it end soon. */
function loopsIn(node: ASTNode, outside: number): number {
  if (node.op === 'id' && node.args === 'cel')
    throw new InvalidExpression('cel.bind is not available: it hides how often a document is gone through.');
  if (node.op === 'rcall' && node.args[0] === 'matches')
    throw new InvalidExpression('matches is not available: patterns belong into the schema.');
  const inside = node.op === 'rcall' && loops.has(node.args[0]) ? outside + 1 : outside;
  if (inside > deepestLoop) throw new InvalidExpression(`Loops are nested more than ${deepestLoop} deep.`);
  const [receiver, ...others] = childrenOf(node.args);
  const depths = others.map((child) => loopsIn(child, inside));
  return Math.max(inside, receiver ? loopsIn(receiver, outside) : 0, ...depths);
}

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  let values = 1;
  for (const child of Object.values(value)) values += valuesIn(child);
  return values;
}

function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
